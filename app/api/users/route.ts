import { json, readJson, route } from '@/app/api/handler';
import { addUser, listUsers, NewUser } from '@/lib/auth/users';

export const GET = route('people.list', async ({ actor }) => ({ items: await listUsers(actor) }));

export const POST = route('users.manage', async ({ actor, request }) =>
  json(await addUser(actor, await readJson(request, NewUser)), 201),
);
