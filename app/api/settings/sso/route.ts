import { route } from '@/app/api/handler';
import { redirectUrlOf } from '@/app/public-origin';
import { SSO_CALLBACK, SsoInput, SsoView } from '@/lib/sso/schema';
import { readSsoSettings, saveSsoSettings } from '@/lib/sso/settings';

export const GET = route(
  {
    verb: 'users.manage',
    summary: 'The settings of single sign-on. The client secret is never shown.',
    response: SsoView,
  },
  ({ actor, request }) => readSsoSettings(actor, redirectUrlOf(request.headers, SSO_CALLBACK)),
);

export const PUT = route(
  {
    verb: 'users.manage',
    summary: 'Set up single sign-on. The provider is asked for its metadata first.',
    body: SsoInput,
    response: SsoView,
  },
  ({ actor, body, request }) => saveSsoSettings(actor, body, redirectUrlOf(request.headers, SSO_CALLBACK)),
);
