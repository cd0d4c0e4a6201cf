'use client';
import { CopyButton } from '@/components/ui/copy-button';
import { useOrigin } from '@/components/ui/use-in-browser';

const EXAMPLE = `{"id": "test-1", "title": "Console login without MFA", "severity": "medium", "user": "ada", "sourceIp": "192.0.2.7"}`;

/** The command that sends an alert to this very installation. */
export function SendAlert({ source, body = EXAMPLE }: { source: string; body?: string }) {
  const origin = useOrigin();
  const command = [
    `curl ${origin}/api/webhooks/${source} \\`,
    `  -H "Authorization: Bearer $SOCDOWN_KEY" \\`,
    `  -H "Content-Type: application/json" \\`,
    body.startsWith('@') ? `  --data-binary ${body}` : `  -d '${body}'`,
  ].join('\n');
  return (
    <div className="relative w-full text-left">
      <pre
        className="overflow-x-auto rounded-md border border-line bg-sunken py-2.5 pr-10 pl-3 font-mono text-ink text-xs leading-5"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
      >
        {command}
      </pre>
      <CopyButton text={command} label="Copy the command" className="absolute top-1.5 right-1.5 bg-sunken" />
    </div>
  );
}
