'use client';
import { EmptyState } from '@/components/ui/empty-state';
import { Time } from '@/components/ui/time';
import type { SigningView } from '@/lib/store/schema';
import { Secret } from './new-secret';
import { Section } from './section';

/** The public keys that approvals are signed with, and how to check a clone with them. */
export function Signing({ signing: { keys, allowedSigners } }: { signing: SigningView }) {
  if (allowedSigners === null)
    return <EmptyState title="No signing key yet">Approve a first report. Its commit creates the key.</EmptyState>;
  return (
    <>
      <Section
        title="Signing keys"
        lead="Socdown signs every commit that it writes: approvals, archives and imports. The public keys are also in the repository, in .socdown/allowed_signers."
      >
        <ul className="flex flex-col gap-2">
          {keys.map((key) => (
            <li key={key.fingerprint} className="rounded-md border border-line p-3 text-sm">
              <p className="break-all font-mono text-xs" data-testid="fingerprint">
                {key.fingerprint}
              </p>
              <p className="mt-1 text-ink-2">
                {key.retiredAt === null ? 'Current key, since ' : 'Retired key, signed until '}
                <Time value={key.retiredAt ?? key.createdAt} show="utc" />
              </p>
            </li>
          ))}
        </ul>
      </Section>
      <Section
        title="Verify a clone"
        lead="Save this list as a file outside the repository: whoever rewrites a repository can rewrite its own list too."
      >
        <div className="flex flex-col gap-2 text-sm">
          <p className="font-medium text-ink-2 text-xs">List of keys</p>
          <Secret text={allowedSigners} label="Copy the list of keys" testId="allowed-signers" />
          <p className="font-medium text-ink-2 text-xs">All commits, with Socdown</p>
          <Secret
            text="npm run socdown -- verify CLONE --signers allowed_signers"
            label="Copy the command"
            testId="verify-command"
          />
          <p className="font-medium text-ink-2 text-xs">One commit, with git</p>
          <Secret
            text="git -c gpg.format=ssh -c gpg.ssh.allowedSignersFile=allowed_signers verify-commit HEAD"
            label="Copy the git command"
            testId="git-command"
          />
          <p className="text-ink-2">
            An admin of the server rotates the key with <code>npm run socdown -- signing-key rotate</code>. Earlier
            commits stay valid.
          </p>
        </div>
      </Section>
    </>
  );
}
