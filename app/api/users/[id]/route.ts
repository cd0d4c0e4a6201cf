import { z } from 'zod';
import { ById, route } from '@/app/api/handler';
import { ROLES } from '@/lib/auth/permissions';
import { UserView } from '@/lib/auth/users';
import { changePerson } from '@/lib/people/hand-over';

const UserPatch = z
  .strictObject({
    name: z.string().max(200).optional(),
    role: z.enum(ROLES).optional(),
    disabled: z.boolean().optional(),
    handOverTo: z.string().max(64).nullable().optional(), // with disabled: who gets alerts and review requests
  })
  .refine((patch) => Object.keys(patch).length > 0, 'Send at least one of name, role, disabled.');

export const PATCH = route(
  {
    verb: 'users.manage',
    summary: 'Rename a person, change a role, deactivate an account and hand its open work over, or reactivate it.',
    params: ById,
    body: UserPatch,
    response: UserView,
  },
  ({ actor, params, body }) => changePerson(actor, params.id, body),
);
