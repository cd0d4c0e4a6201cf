import { Fingerprint } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { Bars } from '@/components/charts/bars';
import { KIND_LABEL, kindInText } from '@/components/labels/alert-labels';
import { TrustBadge, trustLabel } from '@/components/labels/trust-labels';
import { Page } from '@/components/shell/page';
import { buttonClass } from '@/components/ui/button-class';
import { CopyButton } from '@/components/ui/copy-button';
import { EmptyState } from '@/components/ui/empty-state';
import { Problem } from '@/components/ui/problem';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import { defang } from '@/lib/alerts/fang';
import type { EntityQuery, EntityView } from '@/lib/entities/schema';
import { plural } from '@/lib/text/phrases';
import { AlertTable, CaseTable } from './entity-tables';
import { entityHref } from './links';
import { LogActivity } from './log-activity';
import { PublicLists } from './public-lists';
import { Section } from './section';
import { TrustEditor } from './trust-editor';

type EntityPageProps = {
  view: EntityView;
  query: EntityQuery;
  may: { setTrust: boolean; sayGood: boolean };
  /** The address had a filter that can't be used. */
  ignored: boolean;
};

/** One entity over all alerts and cases: what an analyst needs in twenty seconds stands first. */
export function EntityPage({ view, query, may, ignored }: EntityPageProps) {
  const { entity, trust, alertCount, caseCount } = view;
  const safe = defang(entity.kind, entity.value);
  const unseen = alertCount.count + caseCount.count === 0;
  return (
    <Page
      title={
        <span className="font-mono">
          <Unseen text={safe} />
        </span>
      }
      detail={
        <span className="flex items-center gap-1">
          <Fingerprint aria-hidden className="size-3.5" />
          {KIND_LABEL[entity.kind]}
        </span>
      }
      actions={<Actions href={entityHref(entity)} />}
    >
      <div className="flex flex-col gap-6 p-3 md:p-4">
        {ignored && <Problem>Ignored an invalid filter in the URL.</Problem>}
        {view.knownProblems.length > 0 && (
          <Problem>Entries of the known lists can’t be used: {view.knownProblems.slice(0, 5).join(' ')}</Problem>
        )}
        <Facts view={view} safe={safe}>
          {may.setTrust && (
            <TrustEditor
              entity={entity}
              current={trust.find(({ from }) => from === 'person') ?? null}
              maySayGood={may.sayGood}
            />
          )}
        </Facts>
        {unseen ? (
          <NotSeen />
        ) : (
          <>
            {view.days.length > 1 && <AlertsByDay days={view.days.slice(-60)} />}
            <CaseTable view={view} query={query} />
            <AlertTable view={view} query={query} />
            <Related view={view} />
          </>
        )}
        <Section title="Activity in the logs">
          <LogActivity entity={entity} />
        </Section>
        <History view={view} />
      </div>
    </Page>
  );
}

/** `href`: of the entity. */
function Actions({ href }: { href: string }) {
  return (
    <>
      <Link href="/entities" className={buttonClass('default', 'sm')}>
        Entity lists
      </Link>
      <a href={`/api${href}/export/csv`} download className={buttonClass('default', 'sm')}>
        Export CSV
      </a>
      <a href={`/api${href}/export/stix`} download className={buttonClass('default', 'sm')}>
        Export STIX
      </a>
    </>
  );
}

function NotSeen() {
  return (
    <EmptyState
      title="Not in any alert or case"
      action={
        <Link href="/queue" className={buttonClass('primary')}>
          Open queue
        </Link>
      }
    >
      Search the logs below, or search for a part of it with Ctrl-K.
    </EmptyState>
  );
}

function AlertsByDay({ days }: { days: EntityView['days'] }) {
  return (
    <Section title="Alerts by day">
      <Bars
        label={`Alerts by day, from ${days[0]?.day} to ${days.at(-1)?.day}; the alerts are in the table below`}
        groups={days.map(({ day }) => day)}
        series={[
          {
            name: 'Alerts',
            color: 'var(--accent)',
            values: days.map(({ alerts }) => alerts),
          },
        ]}
        format="count"
      />
    </Section>
  );
}

const MAX_FORMS = 8;

function Facts({ view, safe, children }: { view: EntityView; safe: string; children: ReactNode }) {
  const { entity, forms, trust, firstSeen, lastSeen } = view;
  const others = forms.filter(({ kind, value }) => kind !== entity.kind || value !== entity.value);
  return (
    <section aria-label="Facts" className="flex flex-col gap-2 text-sm">
      <div className="flex flex-wrap items-center gap-2">
        {trust.map((note) => (
          <span key={`${note.from} ${note.file} ${note.trust}`} className="flex flex-wrap items-center gap-1.5">
            <TrustBadge note={note} />
            <span className="text-ink-2 text-xs [overflow-wrap:anywhere]">
              {[
                note.note,
                note.range,
                note.expiresAt && `until ${note.expiresAt.slice(0, 10)}`,
                note.by?.name ?? note.file,
              ]
                .filter(Boolean)
                .join(' · ')}
            </span>
          </span>
        ))}
        {children}
        <CopyButton text={safe} label={safe === entity.value ? 'Copy' : 'Copy defanged'} showLabel />
        {safe !== entity.value && <CopyButton text={entity.value} label="Copy raw" showLabel />}
      </div>
      <PublicLists lists={view.lists} />
      {firstSeen && lastSeen && (
        <p className="text-ink-2">
          First seen <Time value={firstSeen} show="utc" />, last seen <Time value={lastSeen} show="utc" /> (
          <Time value={lastSeen} />)
        </p>
      )}
      {others.length > 0 && (
        <p className="text-ink-2 text-xs [overflow-wrap:anywhere]">
          Also seen as{' '}
          {others
            .slice(0, MAX_FORMS)
            .map(({ kind, value }) => `${kindInText(kind)} ${defang(kind, value)}`)
            .join(', ')}
          {(others.length > MAX_FORMS || view.formsOmitted) && ' and more'}
        </p>
      )}
    </section>
  );
}

function Related({ view: { related } }: { view: EntityView }) {
  if (related.length === 0) return null;
  return (
    <Section title="Appears with">
      <ul className="grid grid-cols-1 gap-x-6 sm:grid-cols-2 xl:grid-cols-3">
        {related.map((one) => (
          <li key={`${one.kind} ${one.value}`} className="flex min-h-[26px] min-w-0 items-center gap-2 text-xs">
            <span className="w-20 shrink-0 text-ink-3">{KIND_LABEL[one.kind]}</span>
            <Link
              href={entityHref(one)}
              prefetch={false}
              className="min-w-0 flex-1 truncate font-mono text-accent leading-[24px] hover:underline"
            >
              {defang(one.kind, one.value)}
            </Link>
            <span className="shrink-0 text-ink-3">
              {plural(one.alerts, 'alert')}, {plural(one.cases, 'case')}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function History({ view: { history } }: { view: EntityView }) {
  if (history.length === 0) return null;
  return (
    <Section title="Trust history">
      <ul className="space-y-1 text-xs">
        {history.map(({ id, at, by, trust, note, expiresAt }) => (
          <li key={id} className="text-ink-2 [overflow-wrap:anywhere]">
            <Time value={at} show="utc" className="text-ink-3" /> {by?.name ?? 'Socdown'}:{' '}
            {trust ? trustLabel(trust) : 'removed'}
            {expiresAt && `, until ${expiresAt.slice(0, 10)}`}
            {note && `. ${note}`}
          </li>
        ))}
      </ul>
    </Section>
  );
}
