import type { Metadata } from 'next';
import Link from 'next/link';
import { SetPasswordForm } from '@/components/account/set-password-form';
import { CardPage } from '@/components/shell/card-page';
import { buttonClass } from '@/components/ui/button-class';
import { readAccountLink } from '@/lib/auth/account-links';

export const metadata: Metadata = { title: 'Set password' };

export default async function SetPasswordPage({
  searchParams,
}: {
  searchParams: Promise<{ token?: string | string[] }>;
}) {
  const { token } = await searchParams;
  const target = await readAccountLink(token);
  if (target && typeof token === 'string') {
    const isNew = target.purpose === 'invitation';
    return (
      <CardPage
        title={isNew ? `Welcome, ${target.name}` : 'Set a new password'}
        lead={`For ${target.email}. The link works once.`}
      >
        <SetPasswordForm token={token} email={target.email} />
      </CardPage>
    );
  }
  return (
    <CardPage title="This link is no longer valid">
      <div className="flex flex-col gap-3 text-ink-2 text-sm">
        <p>It was used, replaced by a newer one, or is too old. Ask an admin for a new link.</p>
        <Link href="/sign-in" className={buttonClass('primary')}>
          Sign in
        </Link>
      </div>
    </CardPage>
  );
}
