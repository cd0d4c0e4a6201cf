'use client';
import { FlaskConical } from 'lucide-react';
import Link from 'next/link';
import { memo } from 'react';
import { KIND_LABEL, SeverityTag, StatusTag, severityLabel, sourceLabel } from '@/components/labels/alert-labels';
import { Badge } from '@/components/ui/badge';
import { Checkbox } from '@/components/ui/checkbox';
import { cx } from '@/components/ui/class-names';
import { Cell } from '@/components/ui/table';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import { defang } from '@/lib/alerts/fang';
import type { AlertItem, Entity } from '@/lib/alerts/schema';
import type { Sla } from '@/lib/alerts/sla';
import type { TechniqueNames } from './alert-preview';
import { CaseState, caseStateLabel } from './case-state';
import { DueClock } from './due-clock';
import { GroupToggle, InCommon } from './group-toggle';
import type { ShownGroup } from './use-groups';

/** Width, and the room (of the list, not of the window) from which a column is there. Shared with the head. */
export const COLUMNS = {
  severity: 'w-7 @2xl:w-24 px-1 @2xl:px-2',
  source: 'hidden w-24 @6xl:table-cell',
  entities: 'hidden w-48 @5xl:table-cell @min-[100rem]:w-64',
  techniques: 'hidden w-26 @7xl:table-cell',
  age: 'hidden w-16 text-right @xl:table-cell',
  due: 'hidden w-35 @4xl:table-cell',
  status: 'hidden w-28 @2xl:table-cell',
  assignee: 'hidden w-28 @3xl:table-cell',
  case: 'hidden w-44 @5xl:table-cell @min-[100rem]:w-72',
};

type AlertRowProps = {
  alert: AlertItem;
  inTabOrder: boolean;
  previewed: boolean;
  selected: boolean;
  techniqueNames: TechniqueNames;
  sla: Sla;
  group: ShownGroup | null;
  /** One of a group that is unfolded. */
  member: boolean;
  onActivate: (id: string) => void;
  onOpen: (id: string) => void;
  onSelect: (id: string, range: boolean) => void;
};

/** The id of a row's main control, for moving the focus. */
export const rowControlId = (id: string): string => `alert-${id}`;

export const AlertRow = memo(function AlertRow(props: AlertRowProps) {
  const { alert, inTabOrder, previewed, selected, techniqueNames, sla, group, onActivate, onOpen, onSelect } = props;
  const tabIndex = inTabOrder ? 0 : -1;
  return (
    <tr
      data-alert={alert.id}
      onFocus={() => onActivate(alert.id)}
      onClick={(event) => {
        // The whole row is a target for the pointer; controls in it keep their own.
        if (!(event.target as Element).closest('a,button,label,[role=checkbox],[data-own-click]')) onOpen(alert.id);
      }}
      className={cx(
        'cursor-default border-line border-b focus-within:shadow-[inset_2px_0_0_var(--accent)] hover:bg-hover',
        (selected || previewed) && 'bg-selected hover:bg-selected',
      )}
    >
      <Cell className="pr-0 pl-2 md:pl-4" data-own-click>
        <Checkbox
          label={`Select ${alert.title}`}
          checked={selected}
          tabIndex={tabIndex}
          onChange={(_, { shiftKey }) => onSelect(alert.id, shiftKey)}
        />
      </Cell>
      <Cell className={COLUMNS.severity}>
        <span className="@max-2xl:hidden">
          <SeverityTag severity={alert.severity} />
        </span>
        <span className="@2xl:hidden">
          <SeverityTag severity={alert.severity} compact />
        </span>
      </Cell>
      <Cell className="max-w-0 py-1">
        <TitleLine {...props} tabIndex={tabIndex} />
        {group && <InCommon group={group} tabIndex={tabIndex} />}
        <NarrowLine alert={alert} sla={sla} />
      </Cell>
      <FactCells alert={alert} techniqueNames={techniqueNames} sla={sla} />
      <CaseCell found={alert.investigation} tabIndex={tabIndex} />
    </tr>
  );
});

type TitleLineProps = Pick<AlertRowProps, 'alert' | 'group' | 'member' | 'previewed' | 'onOpen'> & { tabIndex: number };

function TitleLine({ alert, group, member, previewed, onOpen, tabIndex }: TitleLineProps) {
  return (
    <div className={cx('flex min-w-0 items-baseline gap-2', member && 'pl-5')}>
      {group && <GroupToggle group={group} tabIndex={tabIndex} />}
      <a
        id={rowControlId(alert.id)}
        href={`/queue?alert=${alert.id}`}
        tabIndex={tabIndex}
        title={alert.title}
        aria-current={previewed || undefined}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          onOpen(alert.id);
        }}
        className="min-w-0 rounded-sm font-medium outline-offset-2 @max-2xl:line-clamp-2 @max-2xl:[overflow-wrap:anywhere] @2xl:truncate"
      >
        <Unseen text={alert.title} />
      </a>
      {alert.count > 1 && (
        <span className="shrink-0 text-ink-3 text-xs" title={`Received ${alert.count} times`}>
          ×{alert.count}
        </span>
      )}
      {alert.sample && (
        <Badge tone="accent" title="Sample alert" className="relative h-4 self-center">
          <FlaskConical aria-hidden className="size-3 @min-[110rem]:hidden" />
          <span className="@max-[110rem]:sr-only">sample</span>
        </Badge>
      )}
      {alert.rule && alert.rule !== alert.title && (
        <span
          className="hidden min-w-24 shrink-[4] truncate text-ink-3 text-xs @min-[110rem]:inline"
          title={`Rule: ${alert.rule}`}
        >
          <Unseen text={alert.rule} />
        </span>
      )}
    </div>
  );
}

/** Where the list has no room for columns. */
function NarrowLine({ alert, sla }: Pick<AlertRowProps, 'alert' | 'sla'>) {
  return (
    <p className="flex min-w-0 items-center gap-1.5 truncate text-ink-3 text-xs @2xl:hidden">
      <StatusTag alert={alert} />
      <DueClock alert={alert} sla={sla} />
      <span className="truncate">
        {severityLabel(alert.severity)} · {sourceLabel(alert.source)} · <Time value={alert.receivedAt} show="age" />
        {alert.assignee && ` · ${alert.assignee.name}`}
      </span>
    </p>
  );
}

function FactCells({ alert, techniqueNames, sla }: Pick<AlertRowProps, 'alert' | 'techniqueNames' | 'sla'>) {
  return (
    <>
      <Cell className={cx(COLUMNS.source, 'truncate text-ink-2')}>{sourceLabel(alert.source)}</Cell>
      <Cell className={COLUMNS.entities}>
        <Entities entities={alert.entities} />
      </Cell>
      <Cell className={cx(COLUMNS.techniques, 'truncate font-mono text-ink-2 text-xs')}>
        <Few
          items={alert.techniques.map((id) => ({ text: id, title: `${id} ${techniqueNames[id] ?? ''}` }))}
          most={1}
        />
      </Cell>
      <Cell className={cx(COLUMNS.age, 'whitespace-nowrap text-ink-2')}>
        {/* From when the time to close counts, and what the column sorts by; the preview has the time of the event. */}
        <Time value={alert.receivedAt} show="age" />
      </Cell>
      <Cell className={cx(COLUMNS.due, 'whitespace-nowrap')}>
        <DueClock alert={alert} sla={sla} />
      </Cell>
      <Cell className={COLUMNS.status}>
        <span title={alert.closeReason ? `Closed because: ${alert.closeReason}` : undefined}>
          <StatusTag alert={alert} />
        </span>
      </Cell>
      <Cell className={cx(COLUMNS.assignee, 'truncate', alert.assignee ? 'text-ink-2' : 'text-ink-3')}>
        {alert.assignee?.name ?? 'Unassigned'}
      </Cell>
    </>
  );
}

function CaseCell({ found, tabIndex }: { found: AlertItem['investigation']; tabIndex: number }) {
  return (
    <Cell className={cx(COLUMNS.case, 'py-0.5 leading-4')}>
      {found && (
        <>
          <span className="flex items-baseline gap-1.5 text-xs">
            <Link
              href={`/investigations/${found.id}`}
              prefetch={false}
              tabIndex={tabIndex}
              className="min-w-0 truncate text-accent hover:underline"
              title={found.codename}
            >
              {found.codename}
            </Link>
            <span className="shrink-0 text-ink-3">{caseStateLabel(found)}</span>
          </span>
          <CaseState found={found} without="state" />
        </>
      )}
    </Cell>
  );
}

/** Kinds that tell one alert from the next come first: who, then where, then what. */
const TELLING: Entity['kind'][] = ['user', 'email', 'host', 'ip', 'domain', 'role', 'instance', 'access_key', 'bucket'];

function Entities({ entities }: { entities: Entity[] }) {
  const rank = ({ kind }: Entity) => (TELLING.indexOf(kind) + TELLING.length + 1) % (TELLING.length + 1);
  const items = [...entities]
    .sort((a, b) => rank(a) - rank(b))
    .map(({ kind, value }) => ({ text: defang(kind, value), title: `${KIND_LABEL[kind]}: ${defang(kind, value)}` }));
  return <Few items={items} most={1} />;
}

function Few({ items, most }: { items: { text: string; title: string }[]; most: number }) {
  const more = items.length - most;
  return (
    <span className="flex min-w-0 items-baseline gap-1.5 font-mono text-ink-2 text-xs">
      {items.slice(0, most).map(({ text, title }) => (
        <span key={title} title={title} className="min-w-0 truncate">
          {text}
        </span>
      ))}
      {more > 0 && (
        <span
          className="shrink-0 font-sans text-ink-3"
          title={items
            .slice(most, most + 20)
            .map(({ title }) => title)
            .join('\n')}
        >
          +{more}
        </span>
      )}
    </span>
  );
}
