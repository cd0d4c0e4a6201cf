import type { Metadata } from 'next';
import Link from 'next/link';
import { requireActor } from '@/app/current-actor';
import { Channels } from '@/components/settings/channels';
import { MailServer } from '@/components/settings/mail-server';
import { Section } from '@/components/settings/section';
import { can } from '@/lib/auth/permissions';
import { type MailSetting, readMail } from '@/lib/notifications/mail-setting';
import { listChannels } from '@/lib/notifications/manage-channels';
import type { Channel } from '@/lib/notifications/schema';

export const metadata: Metadata = { title: 'Notifications' };

export default async function NotificationsPage() {
  const actor = await requireActor();
  if (can(actor.role, 'notifications.configure'))
    return <TeamNotifications channels={await listChannels(actor)} setting={await readMail(actor)} />;
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

function TeamNotifications({ channels, setting: { mail } }: { channels: Channel[]; setting: MailSetting }) {
  return (
    <>
      <Channels scope="installation" channels={channels} mail={mail?.from ?? null} />
      <MailServer mail={mail} />
    </>
  );
}
