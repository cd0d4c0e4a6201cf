import { route } from '@/app/api/handler';
import { EntityPath, SetTrust, TrustView } from '@/lib/entities/schema';
import { setTrust } from '@/lib/entities/set-trust';

export const PUT = route(
  {
    verb: 'entities.trust',
    summary: 'Set the trust of an entity; `none` removes it. Send the answer’s `previous` to undo the change.',
    params: EntityPath,
    body: SetTrust,
    response: TrustView,
  },
  ({ actor, params, body }) => setTrust(actor, params, body),
);
