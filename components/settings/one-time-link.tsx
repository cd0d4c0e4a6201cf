'use client';
import { CopyButton } from '@/components/ui/copy-button';
import { useOrigin } from '@/components/ui/use-in-browser';
import type { AccountLink } from '@/lib/auth/account-links';
import { formatUtc } from '@/lib/time/time';

/** A link that sets a password, shown this once. */
export function OneTimeLink({ name, link }: { name: string; link: AccountLink }) {
  const origin = useOrigin();
  const url = origin + link.path;
  return (
    <div className="flex flex-col gap-2 text-sm">
      <p className="text-ink-2">
        Send this link to {name}, and to no one else: whoever opens it sets the password. It works once, until{' '}
        {formatUtc(link.expiresAt)}.
      </p>
      <div className="flex items-center gap-2 rounded-md border border-line bg-sunken p-2">
        <code className="min-w-0 flex-1 break-all font-mono text-xs" data-testid="one-time-link">
          {url}
        </code>
        <CopyButton text={url} label="Copy the link" />
      </div>
    </div>
  );
}
