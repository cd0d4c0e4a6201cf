import { z } from 'zod';
import { ById, route } from '@/app/api/handler';
import { ROLES } from '@/lib/auth/permissions';
import { changeUser, UserView } from '@/lib/auth/users';

const UserPatch = z
  .strictObject({ role: z.enum(ROLES).optional(), disabled: z.boolean().optional() })
  .refine((patch) => Object.keys(patch).length > 0, 'Send at least one of role, disabled.');

export const PATCH = route(
  {
    verb: 'users.manage',
    summary: 'Change a role, deactivate an account or reactivate it.',
    params: ById,
    body: UserPatch,
    response: UserView,
  },
  ({ actor, params, body: { role, disabled } }) =>
    changeUser(actor, params.id, {
      ...(role === undefined ? {} : { role }),
      ...(disabled === undefined ? {} : { disabled }),
    }),
);
