import { z } from 'zod';
import { reply, route } from '@/app/api/handler';
import { originOf, redirectUrlOf } from '@/app/public-origin';
import { SecondStep, verifySecondStep } from '@/lib/auth/second-step';
import { Credentials, signIn } from '@/lib/auth/sign-in';
import { AppError } from '@/lib/errors/app-error';
import { offerPasskeys, PasskeySignIn, signInByPasskey } from '@/lib/passkeys/sign-in';
import { signOutEverywhere } from '@/lib/sso/sign-out';

const declaration = {
  verb: 'public',
  summary: 'Sign in and sign out. Nothing else of the sign-in library is reachable.',
  internal: true,
  params: z.object({ all: z.string() }),
  // Read below, by what the path asks for: nobody has signed in yet.
  body: z.unknown(),
  maxBytes: 4_000,
  timeoutMs: 10_000,
  response: z.unknown(),
} as const;

export const POST = route(declaration, async ({ request, params, body }) => {
  if (params.all === 'sign-in/email') return signIn(request, Credentials.parse(body));
  if (params.all === 'two-factor') return verifySecondStep(request, SecondStep.parse(body));
  if (params.all === 'passkey/options') {
    const { options, cookie } = await offerPasskeys(request, originOf(request.headers));
    return reply({ options }, { headers: { 'set-cookie': cookie } });
  }
  if (params.all === 'passkey') return signInByPasskey(request, PasskeySignIn.parse(body), originOf(request.headers));
  if (params.all === 'sign-out') return signOutEverywhere(request, redirectUrlOf(request.headers, '/sign-in'));
  throw new AppError('not_found', 'There is no such endpoint.');
});
