import type { Metadata } from 'next';
import { requireActor } from '@/app/current-actor';
import { ModelInUse } from '@/components/settings/model-in-use';
import { ModelList } from '@/components/settings/model-list';
import { readModelSettings } from '@/lib/agent/model/model-settings';
import { can } from '@/lib/auth/permissions';
import { readSettings } from '@/lib/settings/read-settings';

export const metadata: Metadata = { title: 'Model' };

export default async function ModelPage() {
  const actor = await requireActor();
  const [{ model, logs }, settings] = await Promise.all([readSettings(actor), readModelSettings(actor)]);
  return (
    <>
      <ModelInUse model={model} logs={logs} />
      <ModelList settings={settings} editable={can(actor.role, 'settings.models')} />
    </>
  );
}
