import { route } from '@/app/api/handler';
import { Me } from '@/lib/auth/guard';

export const GET = route(
  { verb: 'people.list', summary: 'Who the session or the key belongs to.', response: Me },
  ({ actor: { id, name, role, email } }) => ({ id, name, role, email }),
);
