import { nothing, route } from '@/app/api/handler';
import { clientAddress } from '@/lib/auth/front-door';
import { changePassword, PasswordChange } from '@/lib/auth/person-account';

export const PUT = route(
  {
    verb: 'account.manage',
    summary: 'Change your password, with the current one. All other sessions end.',
    body: PasswordChange,
    status: 204,
    response: nothing,
  },
  ({ actor, body, request }) => changePassword(actor, body, clientAddress(request.headers)),
);
