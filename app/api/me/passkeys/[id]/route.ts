import { ById, nothing, route } from '@/app/api/handler';
import { PasskeyChange, removePasskey, renamePasskey } from '@/lib/passkeys/list';
import { Passkey } from '@/lib/passkeys/schema';

export const PATCH = route(
  {
    verb: 'account.manage',
    summary: 'Rename one of your passkeys.',
    params: ById,
    body: PasskeyChange,
    response: Passkey,
  },
  ({ actor, params, body }) => renamePasskey(actor, params.id, body),
);

export const DELETE = route(
  {
    verb: 'account.manage',
    summary: 'Remove one of your passkeys. It no longer signs anyone in.',
    params: ById,
    status: 204,
    response: nothing,
  },
  ({ actor, params }) => removePasskey(actor, params.id),
);
