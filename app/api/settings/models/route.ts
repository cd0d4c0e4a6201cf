import { route } from '@/app/api/handler';
import {
  ModelSettings,
  NewModelSettings,
  readModelSettings,
  saveModelSettings,
} from '@/lib/agent/model/model-settings';

export const GET = route(
  { verb: 'settings.read', summary: 'The models a run may use, prices and budgets.', response: ModelSettings },
  ({ actor }) => readModelSettings(actor),
);

export const PUT = route(
  {
    verb: 'settings.models',
    summary: 'Replace the models, prices and budgets; without `factCheck` that stays as it is.',
    body: NewModelSettings,
    response: ModelSettings,
  },
  ({ actor, body }) => saveModelSettings(actor, body),
);
