'use client';
import { CopyButton } from '@/components/ui/copy-button';
import { useOrigin } from '@/components/ui/use-in-browser';
import type { NewKey } from '@/lib/auth/api-keys';

/**
 * A key, or what a signing sender needs. Shown this once and kept nowhere in the page. `forClients`: the key may read, so that
 * an MCP client can use it.
 */
export function NewSecret({ made, source, forClients }: { made: NewKey; source: string; forClients: boolean }) {
  const origin = useOrigin();
  if (made.signingSecret === undefined) {
    return (
      <div className="flex flex-col gap-2 text-sm">
        <p className="text-ink-2">The key is shown only once. Socdown stores only its hash.</p>
        <Secret text={made.key} label="Copy the key" testId="new-key" />
        {forClients && (
          <>
            <p className="text-ink-2">To use Socdown from Claude Code, run this once:</p>
            <Secret
              text={`claude mcp add --transport http socdown ${origin}/api/mcp --header "Authorization: Bearer ${made.key}"`}
              label="Copy the command"
              testId="mcp-command"
            />
          </>
        )}
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-2 text-sm">
      <p className="text-ink-2">Enter both at the sender. The secret is shown only once, and stored encrypted.</p>
      <p className="font-medium text-ink-2 text-xs">Address</p>
      <Secret
        text={`${origin}/api/webhooks/${source}?signed=${made.id}`}
        label="Copy the address"
        testId="signed-url"
      />
      <p className="font-medium text-ink-2 text-xs">Signing secret</p>
      <Secret text={made.signingSecret} label="Copy the signing secret" testId="signing-secret" />
    </div>
  );
}

/** A text to copy, whole. */
export function Secret({ text, label, testId }: { text: string; label: string; testId: string }) {
  return (
    <div className="flex items-center gap-2 rounded-md border border-line bg-sunken p-2">
      <code className="min-w-0 flex-1 whitespace-pre-wrap break-all font-mono text-xs" data-testid={testId}>
        {text}
      </code>
      <CopyButton text={text} label={label} />
    </div>
  );
}
