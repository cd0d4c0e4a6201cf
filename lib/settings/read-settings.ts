import { describeModel, type ModelView } from '../agent/model/describe-model';
import { type Actor, authorize } from '../auth/guard';
import { db } from '../db/client';
import { env } from '../env/env';
import { readSamples, type SamplesView } from '../samples/read-samples';

export type SettingsView = {
  model: ModelView;
  logs: 'own' | 'samples' | 'none';
  samples: SamplesView;
};

/** What this installation is set up with. No key and no path is in it. */
export async function readSettings(actor: Actor): Promise<SettingsView> {
  authorize(actor, 'settings.read');
  const [samples, removed] = await Promise.all([
    readSamples(actor),
    db().setting.findUnique({ where: { key: 'samples.removed' } }),
  ]);
  return {
    model: await describeModel(actor),
    logs: env().LOGS_DIR ? 'own' : removed ? 'none' : 'samples',
    samples,
  };
}
