import { readJson, route } from '@/app/api/handler';
import { ModelSettings, readModelSettings, saveModelSettings } from '@/lib/agent/model/model-settings';

export const GET = route('settings.read', ({ actor }) => readModelSettings(actor));

export const PUT = route('settings.models', async ({ actor, request }) =>
  saveModelSettings(actor, await readJson(request, ModelSettings)),
);
