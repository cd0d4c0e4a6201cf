import type { Metadata } from 'next';
import Link from 'next/link';
import { requireActor } from '@/app/current-actor';
import { Channels } from '@/components/settings/channels';
import { Section } from '@/components/settings/section';
import { can } from '@/lib/auth/permissions';
import { listChannels } from '@/lib/notifications/manage-channels';

export const metadata: Metadata = { title: 'Notifications' };

export default async function NotificationsPage() {
  const actor = await requireActor();
  if (can(actor.role, 'notifications.configure'))
    return <Channels scope="installation" channels={await listChannels(actor)} />;
  return (
    <Section title="Notifications" lead="An admin sets up the team’s channels.">
      <p className="text-ink-2 text-sm">
        Yours are in{' '}
        <Link href="/settings/profile" className="text-accent underline">
          Profile
        </Link>
        .
      </p>
    </Section>
  );
}
