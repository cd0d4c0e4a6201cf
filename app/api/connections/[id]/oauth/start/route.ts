import { ById, route } from '@/app/api/handler';
import { redirectUrlOf } from '@/app/public-origin';
import { StartedSignIn, startSignIn } from '@/lib/connections/oauth/start-sign-in';

export const POST = route(
  {
    verb: 'connections.manage',
    summary: 'Start signing in to a connection by OAuth 2.1. The person’s browser then goes to `authorizationUrl`.',
    params: ById,
    response: StartedSignIn,
  },
  ({ actor, params, request }) => startSignIn(actor, params.id, redirectUrlOf(request.headers)),
);
