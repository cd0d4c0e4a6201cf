import { z } from 'zod';
import { nothing, route } from '@/app/api/handler';
import {
  confirmTwoFactor,
  Enrollment,
  PasswordAgain,
  readTwoFactor,
  startTwoFactor,
  TwoFactorState,
} from '@/lib/auth/two-factor';
import { QrCode, qrCode } from '@/lib/exports/qr-code';

export const GET = route(
  {
    verb: 'account.manage',
    enrolling: true,
    summary: 'Whether your two-factor sign-in is on, and whether your role needs it; in a session only.',
    response: TwoFactorState,
  },
  ({ actor }) => readTwoFactor(actor),
);

export const POST = route(
  {
    verb: 'account.manage',
    enrolling: true,
    summary: 'Start setting up two-factor sign-in: the secret and the recovery codes, shown once. It is on after PUT.',
    body: PasswordAgain,
    status: 201,
    response: Enrollment.extend({ qr: QrCode }),
  },
  async ({ actor, body, request }) => {
    const made = await startTwoFactor(actor, body, request);
    return { ...made, qr: qrCode(made.uri) };
  },
);

export const PUT = route(
  {
    verb: 'account.manage',
    enrolling: true,
    summary: 'Turn on two-factor sign-in with a first code. All other sessions end.',
    body: z.strictObject({ code: z.string().max(20) }),
    status: 204,
    response: nothing,
  },
  async ({ actor, body, request }) => {
    const headers = new Headers({ 'cache-control': 'no-store' });
    for (const cookie of (await confirmTwoFactor(actor, body, request)).getSetCookie())
      headers.append('set-cookie', cookie);
    return new Response(null, { status: 204, headers });
  },
);
