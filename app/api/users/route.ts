import { itemsOf, route } from '@/app/api/handler';
import { addUser, listUsers, NewUser, UserView } from '@/lib/auth/users';

export const GET = route(
  { verb: 'people.list', summary: 'All people. Only admins see the addresses.', response: itemsOf(UserView) },
  async ({ actor }) => ({ items: await listUsers(actor) }),
);

export const POST = route(
  {
    verb: 'users.manage',
    summary: 'Add a person with a password, or a service account without one.',
    body: NewUser,
    status: 201,
    response: UserView,
  },
  ({ actor, body }) => addUser(actor, body),
);
