import Link from 'next/link';
import type { ReactNode } from 'react';
import { ALERT_STATUSES, SeverityTag, STATUS_LABEL, StatusTag, sourceLabel } from '@/components/labels/alert-labels';
import {
  StatusTag as CaseStatusTag,
  CLASSIFICATIONS,
  ClassificationTag,
  classificationLabel,
} from '@/components/labels/case-labels';
import { buttonClass } from '@/components/ui/button-class';
import { cx } from '@/components/ui/class-names';
import { Scrollable } from '@/components/ui/scrollable';
import { Cell, HeaderCell, Table, TableHead, TableRow } from '@/components/ui/table';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import type { EntityQuery, EntityView } from '@/lib/entities/schema';
import { entityHref } from './links';
import { Section } from './section';

type Props = { view: EntityView; query: EntityQuery };
type Filters = Partial<Record<'status' | 'classification' | 'alertCursor' | 'caseCursor', string | undefined>>;

/** Columns that a phone has no room for. */
const WIDE = 'max-sm:hidden';

/** The page's address with other filters; a cursor belongs to the filter it was made with. */
function hrefOf({ view, query }: Props, patch: Filters): string {
  const { status, classification } = query;
  const entries = Object.entries({ status, classification, ...patch }).flatMap(([name, value]) =>
    value ? [[name, value]] : [],
  );
  return `${entityHref(view.entity)}${entries.length > 0 ? `?${new URLSearchParams(entries)}` : ''}`;
}

const count = ({ count: found, more }: { count: number; more: boolean }): string =>
  `${found.toLocaleString('en')}${more ? '+' : ''}`;

type FilterLinksProps = { label: string; links: { label: string; href: string; current: boolean }[] };

function FilterLinks({ label, links }: FilterLinksProps) {
  return (
    <nav aria-label={label} className="flex flex-wrap gap-1">
      {links.map((link) => (
        <Link
          key={link.label}
          href={link.href}
          prefetch={false}
          scroll={false}
          aria-current={link.current ? 'true' : undefined}
          className={`${buttonClass('quiet', 'sm')} aria-[current]:bg-selected aria-[current]:font-medium`}
        >
          {link.label}
        </Link>
      ))}
    </nav>
  );
}

/** Alerts with the entity, received last first. */
export function AlertTable(props: Props) {
  const { alerts, alertCount } = props.view;
  const { status, alertCursor } = props.query;
  const links = [undefined, ...ALERT_STATUSES].map((value) => ({
    label: value ? STATUS_LABEL[value] : 'All',
    href: hrefOf(props, { status: value }),
    current: value === status,
  }));
  return (
    <Section title={`Alerts (${count(alertCount)})`} actions={<FilterLinks label="Status of alerts" links={links} />}>
      {alerts.items.length > 0 && (
        <Scrollable label="Alerts" className="rounded border border-line">
          <Table>
            <TableHead>
              <tr>
                <HeaderCell>Severity</HeaderCell>
                <HeaderCell>Alert</HeaderCell>
                <HeaderCell className={WIDE}>Source</HeaderCell>
                <HeaderCell>Status</HeaderCell>
                <HeaderCell className={WIDE}>Event time</HeaderCell>
                <HeaderCell className={WIDE}>Case</HeaderCell>
              </tr>
            </TableHead>
            <tbody>
              {alerts.items.map((alert) => (
                <AlertRow key={alert.id} of={alert} />
              ))}
            </tbody>
          </Table>
        </Scrollable>
      )}
      <Paging
        none="No alerts match. Choose another status."
        empty={alerts.items.length === 0}
        first={alertCursor ? hrefOf(props, {}) : null}
        next={alerts.nextCursor ? hrefOf(props, { alertCursor: alerts.nextCursor }) : null}
        what="alerts"
      />
    </Section>
  );
}

function AlertRow({ of: alert }: { of: EntityView['alerts']['items'][number] }) {
  return (
    <TableRow>
      <Cell>
        <SeverityTag severity={alert.severity} />
      </Cell>
      <Cell className="sm:min-w-48">
        <Link
          href={`/queue?${new URLSearchParams({ alert: alert.id, status: 'new,open,closed', q: alert.title.slice(0, 200) })}`}
          prefetch={false}
          className="text-accent leading-[24px] hover:underline"
        >
          <Unseen text={alert.title} />
        </Link>
        <Below>
          {sourceLabel(alert.source)} · <Time value={alert.occurredAt} show="utc" />
        </Below>
      </Cell>
      <Cell className={cx('whitespace-nowrap', WIDE)}>{sourceLabel(alert.source)}</Cell>
      <Cell>
        <StatusTag alert={alert} />
      </Cell>
      <Cell className={cx('whitespace-nowrap text-xs', WIDE)}>
        <Time value={alert.occurredAt} show="utc" />
      </Cell>
      <Cell className={cx('whitespace-nowrap', WIDE)}>
        {alert.investigation && (
          <Link
            href={`/library/${alert.investigation.id}`}
            prefetch={false}
            className="text-accent leading-[24px] hover:underline"
          >
            {alert.investigation.codename}
          </Link>
        )}
      </Cell>
    </TableRow>
  );
}

/** Cases with the entity, opened last first. */
export function CaseTable(props: Props) {
  const { cases, caseCount } = props.view;
  const { classification, caseCursor } = props.query;
  const links = [undefined, ...CLASSIFICATIONS].map((value) => ({
    label: value ? classificationLabel(value) : 'All',
    href: hrefOf(props, { classification: value }),
    current: value === classification,
  }));
  return (
    <Section title={`Cases (${count(caseCount)})`} actions={<FilterLinks label="Verdict of cases" links={links} />}>
      {cases.items.length > 0 && (
        <Scrollable label="Cases" className="rounded border border-line">
          <Table>
            <TableHead>
              <tr>
                <HeaderCell>Verdict</HeaderCell>
                <HeaderCell>Case</HeaderCell>
                <HeaderCell>State</HeaderCell>
                <HeaderCell className={WIDE}>Severity</HeaderCell>
                <HeaderCell className={WIDE}>Opened</HeaderCell>
                <HeaderCell className={WIDE}>By</HeaderCell>
              </tr>
            </TableHead>
            <tbody>
              {cases.items.map((one) => (
                <CaseRow key={one.id} of={one} />
              ))}
            </tbody>
          </Table>
        </Scrollable>
      )}
      <Paging
        none={
          classification
            ? 'No cases match. Choose another verdict.'
            : 'No case has this entity yet. Open one from an alert below.'
        }
        empty={cases.items.length === 0}
        first={caseCursor ? hrefOf(props, {}) : null}
        next={cases.nextCursor ? hrefOf(props, { caseCursor: cases.nextCursor }) : null}
        what="cases"
      />
    </Section>
  );
}

function CaseRow({ of: one }: { of: EntityView['cases']['items'][number] }) {
  return (
    <TableRow>
      <Cell>
        <ClassificationTag value={one.classification} proposed={one.assessment === 'proposed'} />
      </Cell>
      <Cell className="sm:min-w-48">
        <Link href={`/library/${one.id}`} prefetch={false} className="text-accent leading-[24px] hover:underline">
          <Unseen text={one.title} />
        </Link>
        <Below>
          <Time value={one.openedAt} show="utc" /> · {one.openedBy.name}
        </Below>
      </Cell>
      <Cell>
        <CaseStatusTag value={one.status} />
      </Cell>
      <Cell className={WIDE}>
        <SeverityTag severity={one.assessedSeverity ?? one.severity} />
      </Cell>
      <Cell className={cx('whitespace-nowrap text-xs', WIDE)}>
        <Time value={one.openedAt} show="utc" />
      </Cell>
      <Cell className={cx('whitespace-nowrap', WIDE)}>{one.openedBy.name}</Cell>
    </TableRow>
  );
}

/** On a phone, what the columns that are left out there say. */
function Below({ children }: { children: ReactNode }) {
  return <span className="block text-ink-3 text-xs leading-5 sm:hidden">{children}</span>;
}

type PagingProps = { none: string; empty: boolean; first: string | null; next: string | null; what: string };

function Paging({ none, empty, first, next, what }: PagingProps) {
  return (
    <p className="mt-1 flex flex-wrap items-center gap-2 text-ink-3 text-xs empty:hidden">
      {empty && next === null && none}
      {first && (
        <Link href={first} prefetch={false} scroll={false} className={buttonClass('default', 'sm')}>
          Newest {what}
        </Link>
      )}
      {next && (
        <Link href={next} prefetch={false} scroll={false} className={buttonClass('default', 'sm')}>
          Older {what}
        </Link>
      )}
    </p>
  );
}
