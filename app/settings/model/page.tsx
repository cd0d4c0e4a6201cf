import type { Metadata } from 'next';
import { requireActor } from '@/app/current-actor';
import { ModelInUse } from '@/components/settings/model-in-use';
import { readSettings } from '@/lib/settings/read-settings';

export const metadata: Metadata = { title: 'Model' };

export default async function ModelPage() {
  const actor = await requireActor('/settings/model');
  const { model, logs } = await readSettings(actor);
  return <ModelInUse model={model} logs={logs} />;
}
