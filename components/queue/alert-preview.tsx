'use client';
import { ExternalLink } from 'lucide-react';
import type { ReactNode } from 'react';
import { SeverityTag, StatusTag, sourceLabel } from '@/components/labels/alert-labels';
import { Badge } from '@/components/ui/badge';
import { CopyButton } from '@/components/ui/copy-button';
import { Problem } from '@/components/ui/problem';
import { Spinner } from '@/components/ui/spinner';
import { localTime, Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import type { AlertItem } from '@/lib/alerts/schema';
import type { Sla } from '@/lib/alerts/sla';
import { formatUtc } from '@/lib/time/time';
import { AlertActivity } from './alert-activity';
import { AlertUpdates, Guess, ResolvedMark } from './alert-updates';
import { CaseSummary } from './case-summary';
import { DueClock } from './due-clock';
import { EntityList } from './entity-list';
import { RuleHistory } from './rule-history';
import { useAlertDetail } from './use-alert-detail';

export type TechniqueNames = Record<string, string>;

/** All facts of one alert. Its text is shown as text only. */
export function AlertPreview({
  alert,
  techniqueNames,
  sla,
}: {
  alert: AlertItem;
  techniqueNames: TechniqueNames;
  sla: Sla;
}) {
  const { detail, problem } = useAlertDetail(alert.id);
  return (
    <div className="flex flex-col gap-5 text-sm">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span>
          <SeverityTag severity={alert.severity} />
          {alert.severitySource === 'guess' && <Guess>guessed: the sender set none</Guess>}
        </span>
        <StatusTag alert={alert} />
        <ResolvedMark alert={alert} />
        <span className="text-ink-2">{alert.assignee ? alert.assignee.name : 'Unassigned'}</span>
        {alert.count > 1 && <Badge>received {alert.count} times</Badge>}
        {alert.sample && <Badge tone="accent">sample</Badge>}
      </div>
      {alert.investigation && (
        <Section title="Case">
          <CaseSummary key={alert.investigation.id} found={alert.investigation} />
        </Section>
      )}
      <Facts alert={alert} sla={sla} />
      <Section title="Description">
        <Description detail={detail} problem={problem} />
      </Section>
      {detail && detail.updates.length > 0 && (
        <Section
          title={`Updates from the sender (${detail.updates.length}${detail.updates.length === 50 ? ' newest' : ''})`}
        >
          <AlertUpdates updates={detail.updates} />
        </Section>
      )}
      {alert.rule && (
        <Section title="Other alerts of this rule">
          <RuleHistory key={alert.id} alertId={alert.id} rule={alert.rule} />
        </Section>
      )}
      <Section title={`Entities (${alert.entities.length})`}>
        <EntityList key={alert.id} alertId={alert.id} entities={detail?.entities ?? alert.entities} />
      </Section>
      <Techniques ids={alert.techniques} names={techniqueNames} />
      {detail && <RawDocument key={detail.id} raw={detail.raw} />}
      <Section title="Activity">
        <AlertActivity
          key={alert.id}
          alertId={alert.id}
          version={[alert.status, alert.disposition, alert.assignee?.id, alert.severity, alert.investigation?.id].join(
            ' ',
          )}
        />
      </Section>
    </div>
  );
}

function Facts({ alert, sla }: { alert: AlertItem; sla: Sla }) {
  return (
    <dl className="grid grid-cols-[7rem_minmax(0,1fr)] items-baseline gap-x-3 gap-y-1.5">
      <Fact name="Event time">
        <When value={alert.occurredAt} />
        {alert.timeSource === 'receipt' && <Guess>time received: the alert has no event time</Guess>}
      </Fact>
      {alert.resolvedAt !== null && (
        <Fact name="Resolved">
          <When value={alert.resolvedAt} />
        </Fact>
      )}
      <Fact name="Received">
        <When value={alert.receivedAt} />
      </Fact>
      <Fact name="Source">
        {sourceLabel(alert.source)}
        <LinkOut link={alert.link} />
      </Fact>
      <Fact name="Source ID">
        <span className="break-all font-mono text-xs">{alert.sourceRef}</span>
      </Fact>
      {alert.rule && (
        <Fact name="Rule">
          <Unseen text={alert.rule} />
        </Fact>
      )}
      {alert.closeReason && (
        <Fact name="Closed because">
          <Unseen text={alert.closeReason} />
        </Fact>
      )}
      {alert.status !== 'closed' && (
        <Fact name="Due">
          <DueClock alert={alert} sla={sla} />
        </Fact>
      )}
    </dl>
  );
}

function Description({ detail, problem }: ReturnType<typeof useAlertDetail>) {
  return (
    <>
      {problem && <Problem>{problem}</Problem>}
      {!detail && !problem && (
        <p className="flex items-center gap-2 text-ink-3">
          <Spinner /> Loading…
        </p>
      )}
      {detail && (
        <p className="whitespace-pre-wrap break-words text-ink-2 leading-5">
          <Unseen text={detail.description || 'No description from the source.'} />
        </p>
      )}
    </>
  );
}

function Techniques({ ids, names }: { ids: string[]; names: TechniqueNames }) {
  if (ids.length === 0) return null;
  return (
    <Section title="ATT&CK techniques">
      <ul className="flex flex-col gap-1">
        {ids.map((id) => (
          <li key={id} className="flex gap-2">
            <span className="w-20 shrink-0 font-mono text-ink-3 text-xs leading-5">{id}</span>
            {names[id] ?? 'unknown technique'}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1.5 font-medium text-ink-3 text-xs">{title}</h3>
      {children}
    </section>
  );
}

function When({ value }: { value: string }) {
  return (
    <>
      <span className="font-mono text-xs">{formatUtc(value)}</span> <Time value={value} className="text-ink-3" />
      {/* A reader whose zone is UTC has read it already. */}
      <span className="block text-ink-3 text-xs" suppressHydrationWarning>
        {new Date(value).getTimezoneOffset() !== 0 && localTime(value)}
      </span>
    </>
  );
}

/** An external link: shows its host, and sends no referrer. */
function LinkOut({ link }: { link: string | null }) {
  if (!link || !URL.canParse(link)) return null;
  const url = new URL(link);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  return (
    <a
      href={url.href}
      target="_blank"
      rel="noopener noreferrer"
      className="ml-2 inline-flex items-center gap-1 break-all text-accent hover:underline"
    >
      open at {url.host}
      <ExternalLink aria-hidden className="size-3 shrink-0" />
      <span className="sr-only"> (new tab)</span>
    </a>
  );
}

const SHOWN_CHARS = 100_000;

function RawDocument({ raw }: { raw: unknown }) {
  const text = JSON.stringify(raw, null, 2) ?? '';
  return (
    <details className="rounded-md border border-line">
      <summary className="flex cursor-pointer select-none items-center px-2.5 py-1.5 font-medium text-ink-2 text-xs">
        Raw document ({Math.max(1, Math.round(text.length / 1024))} KB)
      </summary>
      <div className="border-line border-t bg-sunken p-2.5">
        <div className="mb-2 flex items-center gap-2 text-ink-3 text-xs">
          <CopyButton text={text} label="Copy the document" showLabel />
          {text.length > SHOWN_CHARS && 'Only the beginning is shown; copying copies all of it.'}
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
        <pre className="max-h-96 overflow-auto whitespace-pre-wrap break-all font-mono text-2xs leading-4" tabIndex={0}>
          {text.slice(0, SHOWN_CHARS)}
        </pre>
      </div>
    </details>
  );
}
