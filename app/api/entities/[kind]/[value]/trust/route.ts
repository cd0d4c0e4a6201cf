import { route } from '@/app/api/handler';
import { EntityPath, SetTrust, TrustView } from '@/lib/entities/schema';
import { setTrust } from '@/lib/entities/set-trust';

export const PUT = route(
  {
    verb: 'entities.trust',
    summary: 'Say what an entity is. `none` takes it back. The answer’s `previous` undoes the change when it is sent.',
    params: EntityPath,
    body: SetTrust,
    response: TrustView,
  },
  ({ actor, params, body }) => setTrust(actor, params, body),
);
