import { z } from 'zod';
import { readJson, route } from '@/app/api/handler';
import { ROLES } from '@/lib/auth/permissions';
import { changeUser } from '@/lib/auth/users';

const UserPatch = z
  .strictObject({ role: z.enum(ROLES).optional(), disabled: z.boolean().optional() })
  .refine((patch) => Object.keys(patch).length > 0, 'Say at least one of role, disabled.');

export const PATCH = route('users.manage', async ({ actor, request, params }) => {
  const { role, disabled } = await readJson(request, UserPatch);
  return changeUser(actor, params.id ?? '', {
    ...(role === undefined ? {} : { role }),
    ...(disabled === undefined ? {} : { disabled }),
  });
});
