import type { Metadata } from 'next';
import Link from 'next/link';
import { CardPage } from '@/components/shell/card-page';
import { buttonClass } from '@/components/ui/button-class';
import { isSetupToken } from '@/lib/auth/users';
import { SetupForm } from './setup-form';

export const metadata: Metadata = { title: 'First admin' };

export default async function SetupPage({ searchParams }: { searchParams: Promise<{ token?: string | string[] }> }) {
  const { token } = await searchParams;
  if (typeof token === 'string' && token.length <= 200 && (await isSetupToken(token))) {
    return (
      <CardPage title="Create the first admin" lead="This account adds the others. The link works once.">
        <SetupForm token={token} />
      </CardPage>
    );
  }
  return (
    <CardPage title="This link is no longer valid">
      <div className="flex flex-col gap-3 text-ink-2 text-sm">
        <p>It was used already, or a later start of Socdown printed a new one.</p>
        <p>
          Is there an admin? Then sign in, or ask them for an account. Is there none yet? Restart Socdown and open the
          link that it prints.
        </p>
        <Link href="/sign-in" className={buttonClass('primary')}>
          Sign in
        </Link>
      </div>
    </CardPage>
  );
}
