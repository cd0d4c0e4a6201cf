'use client';
import { CopyButton } from '@/components/ui/copy-button';
import { Scrollable } from '@/components/ui/scrollable';

/** Arguments of a tool call: the query as sent, the rest as name and value. */
export function Args({ args }: { args: unknown }) {
  if (typeof args !== 'object' || args === null) return null;
  // By name: the database does not keep their order.
  const entries = Object.entries(args).sort(([a], [b]) => (a < b ? -1 : 1));
  const query = entries.find(
    ([name, value]) => ['sql', 'query', 'where'].includes(name) && typeof value === 'string' && value.length > 0,
  );
  const rest = entries.filter((entry) => entry !== query);
  return (
    <>
      {query && (
        <div className="relative">
          <Scrollable
            label="Query"
            className="max-h-56 whitespace-pre-wrap rounded bg-sunken py-1.5 pr-8 pl-2 font-mono text-ink text-xs [overflow-wrap:anywhere]"
          >
            {String(query[1])}
          </Scrollable>
          <CopyButton text={String(query[1])} label="Copy query" className="absolute top-0.5 right-0.5" />
        </div>
      )}
      {rest.length > 0 && (
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-baseline gap-x-2 gap-y-0.5">
          {rest.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-ink-3">{name}</dt>
              <dd className="font-mono text-ink-2 [overflow-wrap:anywhere]">{cellText(value).slice(0, 2000)}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

/** A value of a result or an argument as one text. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** `820 ms`, `4.2 s`, `3 min 05 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds < 10 && seconds % 1 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${String(Math.round(seconds % 60)).padStart(2, '0')} s`;
}

/** `640 B`, `12 kB`, `3.4 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
