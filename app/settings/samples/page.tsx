import type { Metadata } from 'next';
import { requireActor } from '@/app/current-actor';
import { Samples } from '@/components/settings/samples';
import { can } from '@/lib/auth/permissions';
import { readSettings } from '@/lib/settings/read-settings';

export const metadata: Metadata = { title: 'Samples' };

export default async function SamplesPage() {
  const actor = await requireActor();
  const { samples, logs } = await readSettings(actor);
  return <Samples samples={samples} logs={logs} canRemove={can(actor.role, 'samples.remove')} />;
}
