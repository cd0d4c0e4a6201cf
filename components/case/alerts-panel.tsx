'use client';
import { useEffect, useState } from 'react';
import { copyIndicator } from '@/components/markdown/copy-indicator';
import { Markdown } from '@/components/markdown/markdown';
import { api, wordsOf } from '@/components/shell/api';
import { Badge } from '@/components/ui/badge';
import { Scrollable } from '@/components/ui/scrollable';
import { Spinner } from '@/components/ui/spinner';
import { Unseen } from '@/components/ui/unseen';
import type { AlertDetail, AlertItem, Entity } from '@/lib/alerts/schema';
import { formatUtc } from '@/lib/time/time';

/** The alerts that the case is about: facts, entities, and the raw document folded. */
export function AlertsPanel({ alerts }: { alerts: AlertItem[] }) {
  return (
    <ul aria-label="Alerts of this case" className="divide-y divide-line">
      {alerts.map((alert) => (
        <li key={alert.id} className="space-y-2 px-3 py-3 text-xs">
          <div className="flex items-start gap-2">
            <Badge tone={alert.severity}>{alert.severity}</Badge>
            <h3 className="min-w-0 flex-1 font-medium text-ink text-sm [overflow-wrap:anywhere]">
              <Unseen text={alert.title} />
            </h3>
          </div>
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5">
            {factsOf(alert).map(([name, value]) => (
              <div key={name} className="contents">
                <dt className="text-ink-3">{name}</dt>
                <dd className="text-ink-2 [overflow-wrap:anywhere]">
                  <Unseen text={value} />
                </dd>
              </div>
            ))}
          </dl>
          <Entities entities={alert.entities} />
          <Whole id={alert.id} />
        </li>
      ))}
    </ul>
  );
}

function factsOf(alert: AlertItem): [string, string][] {
  const facts: [string, string | null][] = [
    ['Source', `${alert.source} ${alert.sourceRef}`],
    ['Rule', alert.rule],
    ['Happened', formatUtc(alert.occurredAt)],
    ['Received', `${formatUtc(alert.receivedAt)}${alert.count > 1 ? `, ${alert.count} times` : ''}`],
    ['Status', `${alert.status}${alert.disposition ? `, ${alert.disposition.replace('_', ' ')}` : ''}`],
    ['Assigned to', alert.assignee?.name ?? 'nobody'],
    ['Techniques', alert.techniques.length > 0 ? alert.techniques.join(' ') : null],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== null);
}

/** Entities by kind; pressing one copies it, defanged. */
export function Entities({ entities }: { entities: Entity[] }) {
  if (entities.length === 0) return null;
  return (
    <ul aria-label="Entities" className="flex flex-wrap gap-1">
      {entities.map(({ kind, value }) => (
        <li key={`${kind} ${value}`} className="max-w-full">
          <button
            type="button"
            title={`${kind.replace('_', ' ')}: copy`}
            onClick={() => void copyIndicator(kind, value)}
            className="flex min-h-[24px] max-w-full items-center gap-1 rounded border border-line bg-sunken px-1.5 text-left hover:bg-hover"
          >
            <span className="shrink-0 text-ink-3">{kind.replace('_', ' ')}</span>
            <span className="min-w-0 truncate font-mono text-ink">{value}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Description and raw document, fetched when asked for. */
function Whole({ id }: { id: string }) {
  const [open, setOpen] = useState(false);
  const [alert, setAlert] = useState<AlertDetail | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    if (!open || alert) return;
    const abort = new AbortController();
    api
      .get('/api/alerts/{id}', { params: { id }, signal: abort.signal })
      .then(setAlert)
      .catch((error: unknown) => !abort.signal.aborted && setProblem(wordsOf(error)));
    return () => abort.abort();
  }, [open, alert, id]);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="cursor-pointer py-1 text-ink-2">Description and raw document</summary>
      {problem && <p className="text-bad">{problem}</p>}
      {open && !alert && !problem && <Spinner />}
      {alert && (
        <div className="space-y-2">
          {alert.description && <Markdown source={alert.description} className="text-ink-2 text-xs" />}
          <Scrollable
            label="Raw document"
            className="max-h-96 whitespace-pre rounded border border-line bg-sunken p-2 font-mono text-2xs text-ink-2"
          >
            {JSON.stringify(alert.raw, null, 2)?.slice(0, 300_000)}
          </Scrollable>
        </div>
      )}
    </details>
  );
}
