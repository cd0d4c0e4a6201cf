import { route } from '@/app/api/handler';

export const GET = route('people.list', async ({ actor: { id, name, role, email } }) => ({ id, name, role, email }));
