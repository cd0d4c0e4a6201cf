'use client';
import { useState } from 'react';
import { openEntityCard } from '@/components/entities/card-store';
import { EntityTrustBadges } from '@/components/entities/trust-badges';
import { DISPOSITION, KIND_LABEL, SeverityTag, STATUS_LABEL, sourceLabel } from '@/components/labels/alert-labels';
import { LazyMarkdown } from '@/components/markdown/lazy-markdown';
import { errorMessage } from '@/components/shell/api';
import { useApi } from '@/components/shell/use-api';
import { Scrollable } from '@/components/ui/scrollable';
import { Spinner } from '@/components/ui/spinner';
import { Unseen } from '@/components/ui/unseen';
import { defang } from '@/lib/alerts/fang';
import type { AlertItem, Entity } from '@/lib/alerts/schema';
import type { EntityTrust } from '@/lib/entities/schema';
import { formatUtc } from '@/lib/time/time';

/** The alerts of the case: facts, entities, and the raw document folded. */
export function AlertsPanel({ investigationId, alerts }: { investigationId: string; alerts: AlertItem[] }) {
  const { data } = useApi('/api/investigations/{id}/trust', { params: { id: investigationId } });
  return (
    <ul aria-label="Alerts of this case" className="divide-y divide-line">
      {alerts.map((alert) => (
        <li key={alert.id} className="space-y-2 px-3 py-3 text-xs">
          <div className="flex items-start gap-2">
            <SeverityTag severity={alert.severity} />
            <h3 className="min-w-0 flex-1 font-medium text-ink text-sm [overflow-wrap:anywhere]">
              <Unseen text={alert.title} />
            </h3>
          </div>
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-baseline gap-x-3 gap-y-0.5">
            {factsOf(alert).map(([name, value]) => (
              <div key={name} className="contents">
                <dt className="text-ink-3">{name}</dt>
                <dd className="text-ink-2 [overflow-wrap:anywhere]">
                  <Unseen text={value} />
                </dd>
              </div>
            ))}
          </dl>
          <Entities entities={alert.entities} trust={data?.items ?? []} />
          <RawAlert id={alert.id} />
        </li>
      ))}
    </ul>
  );
}

function factsOf(alert: AlertItem): [string, string][] {
  const facts: [string, string | null][] = [
    ['Source', `${sourceLabel(alert.source)} ${alert.sourceRef}`],
    ['Rule', alert.rule],
    ['Event time', formatUtc(alert.occurredAt)],
    ['Received', `${formatUtc(alert.receivedAt)}${alert.count > 1 ? `, ${alert.count} times` : ''}`],
    [
      'Status',
      `${STATUS_LABEL[alert.status]}${alert.disposition ? `, ${DISPOSITION[alert.disposition].label.toLowerCase()}` : ''}`,
    ],
    ['Closed because', alert.closeReason],
    ['Assigned to', alert.assignee?.name ?? 'Unassigned'],
    ['Techniques', alert.techniques.length > 0 ? alert.techniques.join(' ') : null],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== null);
}

/** Entities by kind; a click opens what is known of one. */
function Entities({ entities, trust }: { entities: Entity[]; trust: EntityTrust[] }) {
  if (entities.length === 0) return null;
  return (
    <ul aria-label="Entities" className="flex flex-wrap gap-1">
      {entities.map(({ kind, value }) => (
        <li key={`${kind} ${value}`} className="max-w-full">
          <button
            type="button"
            aria-haspopup="dialog"
            onClick={(event) => openEntityCard({ kind, value }, event.currentTarget)}
            className="flex min-h-[24px] max-w-full items-center gap-1 rounded border border-line bg-sunken px-1.5 text-left hover:bg-hover"
          >
            <span className="shrink-0 text-ink-3">{KIND_LABEL[kind]}</span>
            <span className="min-w-0 truncate font-mono text-ink">{defang(kind, value)}</span>
            <EntityTrustBadges of={{ kind, value }} trust={trust} />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Description and raw document, fetched when it is opened. */
function RawAlert({ id }: { id: string }) {
  const [open, setOpen] = useState(false);
  const { data: alert, error } = useApi('/api/alerts/{id}', { params: { id } }, { when: open });
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="cursor-pointer py-1 text-ink-2">Description and raw document</summary>
      {error && <p className="text-bad">{errorMessage(error)}</p>}
      {open && !alert && !error && <Spinner />}
      {alert && (
        <div className="space-y-2">
          {alert.description && <LazyMarkdown source={alert.description} className="text-ink-2 text-xs" />}
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
