import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { CardPage } from '@/components/shell/card-page';
import { whySessionEnded } from '@/lib/auth/end-sessions';
import { returnPath } from '@/lib/auth/return-path';
import { currentActor } from '../current-actor';
import { SignInForm } from './sign-in-form';

export const metadata: Metadata = { title: 'Sign in' };

export default async function SignInPage({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const next = returnPath((await searchParams).next);
  if (await currentActor()) redirect(next);
  return (
    <CardPage title="Sign in" lead="No account yet? Ask your admin to create one.">
      <SignInForm next={next} ended={await whySessionEnded(await headers())} />
    </CardPage>
  );
}
