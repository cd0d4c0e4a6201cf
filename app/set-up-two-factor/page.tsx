import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { CardPage } from '@/components/shell/card-page';
import { returnPath } from '@/lib/auth/return-path';
import { enrolleeOfHeaders } from '@/lib/auth/session';
import { SetUpForm } from './set-up-form';

export const metadata: Metadata = { title: 'Set up two-factor sign-in' };

export default async function SetUpTwoFactorPage({
  searchParams,
}: {
  searchParams: Promise<{ next?: string | string[] }>;
}) {
  const next = returnPath((await searchParams).next);
  const person = await enrolleeOfHeaders(await headers());
  if (!person) redirect(next);
  return (
    <CardPage title="Set up two-factor sign-in" lead="Your role requires it. You can continue afterwards.">
      <SetUpForm email={person.email} next={next} />
    </CardPage>
  );
}
