import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { CardPage } from '@/components/shell/card-page';
import { whySessionEnded } from '@/lib/auth/end-sessions';
import { returnPath } from '@/lib/auth/return-path';
import { enrolleeOfHeaders } from '@/lib/auth/session';
import { offersPasskeys } from '@/lib/passkeys/challenge';
import { ssoOffer } from '@/lib/sso/settings';
import { currentActor } from '../current-actor';
import { originOf } from '../public-origin';
import { SignInForm } from './sign-in-form';

export const metadata: Metadata = { title: 'Sign in' };

/** `step=code`: the password was right elsewhere (a link that set it), and the code comes next. `sso`: why single sign-on failed. */
type Props = { searchParams: Promise<{ next?: string | string[]; step?: string | string[]; sso?: string | string[] }> };

export default async function SignInPage({ searchParams }: Props) {
  const given = await searchParams;
  const next = returnPath(given.next);
  if (await currentActor()) redirect(next);
  if (await enrolleeOfHeaders(await headers())) redirect(`/set-up-two-factor?next=${encodeURIComponent(next)}`);
  return (
    <CardPage title="Sign in" lead="No account yet? Ask your admin to create one.">
      <SignInForm
        next={next}
        sso={await ssoOffer()}
        passkeys={offersPasskeys(originOf(await headers()))}
        failed={typeof given.sso === 'string' ? given.sso : null}
        ended={await whySessionEnded(await headers())}
        firstStep={given.step === 'code' ? 'code' : 'password'}
      />
    </CardPage>
  );
}
