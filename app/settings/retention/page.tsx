import type { Metadata } from 'next';
import { requireActor } from '@/app/current-actor';
import { RetentionForm } from '@/components/settings/retention-form';
import { can } from '@/lib/auth/permissions';
import { readRetention } from '@/lib/retention/settings';

export const metadata: Metadata = { title: 'Retention' };

export default async function RetentionPage() {
  const actor = await requireActor();
  return <RetentionForm settings={await readRetention(actor)} mayChange={can(actor.role, 'retention.configure')} />;
}
