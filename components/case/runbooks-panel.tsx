'use client';
import { LazyMarkdown } from '@/components/markdown/lazy-markdown';
import { errorMessage } from '@/components/shell/api';
import { useApi } from '@/components/shell/use-api';
import { Spinner } from '@/components/ui/spinner';

/** The team's runbooks that fit the case, and why; the best one is open. */
export function RunbooksPanel({ investigationId }: { investigationId: string }) {
  const { data, error } = useApi('/api/investigations/{id}/runbooks', { params: { id: investigationId } });
  if (error) return <p className="px-3 py-3 text-bad text-sm">{errorMessage(error)}</p>;
  if (!data)
    return (
      <div className="px-3 py-3">
        <Spinner />
      </div>
    );
  if (data.items.length === 0)
    return (
      <p className="px-3 py-3 text-ink-2 text-sm">
        No runbook fits this case. Runbooks are files in the store’s <code>runbooks/</code>, matched by rule, event,
        technique or source.
      </p>
    );
  return (
    <ul aria-label="Runbooks that fit this case" className="divide-y divide-line">
      {data.items.map(({ file, title, reasons, text }, index) => (
        <li key={file} className="px-3 py-3 text-sm">
          <details open={index === 0}>
            <summary className="min-h-[24px] cursor-pointer">
              <span className="font-medium">{title}</span>
              <span className="block pl-4 text-ink-2 text-xs [overflow-wrap:anywhere]">
                Fits by {reasons.join(', ')}
              </span>
            </summary>
            <LazyMarkdown source={text} idPrefix={`runbook-${index}-`} className="mt-2 text-sm" />
            <p className="mt-2 font-mono text-2xs text-ink-3 [overflow-wrap:anywhere]">{file}</p>
          </details>
        </li>
      ))}
    </ul>
  );
}
