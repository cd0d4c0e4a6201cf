'use client';
import type { KeyboardEvent } from 'react';
import { Checkbox } from '@/components/ui/checkbox';
import { HeaderCell, SortableCell, Table, TableHead } from '@/components/ui/table';
import type { AlertItem, AlertQuery } from '@/lib/alerts/schema';
import type { Sla } from '@/lib/alerts/sla';
import type { TechniqueNames } from './alert-preview';
import { AlertRow, COLUMNS } from './alert-row';
import type { Groups } from './use-groups';
import type { useSelection } from './use-selection';

type Sort = AlertQuery['sort'];

type AlertTableProps = {
  alerts: AlertItem[];
  /** The row that has, or last had, the focus: its controls alone are in the tab order. */
  activeId: string | null;
  previewId: string | null;
  selection: ReturnType<typeof useSelection>;
  groups: Groups;
  techniqueNames: TechniqueNames;
  sla: Sla;
  sort: Sort;
  onSort: (sort: Sort) => void;
  onActivate: (id: string) => void;
  onOpen: (id: string) => void;
  onMove: (step: number | 'first' | 'last') => void;
};

/** The queue. On a narrow list columns are dropped and their values move below the title. */
export function AlertTable({
  alerts,
  activeId,
  previewId,
  selection,
  groups,
  techniqueNames,
  sla,
  sort,
  onSort,
  onActivate,
  onOpen,
  onMove,
}: AlertTableProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const group = activeId === null ? null : groups.groupOf(activeId);
    if (group && event.key === (group.open ? 'ArrowLeft' : 'ArrowRight')) {
      event.preventDefault();
      group.toggle();
      return;
    }
    const steps = { ArrowDown: 1, ArrowUp: -1, Home: 'first', End: 'last' } as const;
    const step = steps[event.key as keyof typeof steps];
    if (step === undefined) return;
    event.preventDefault();
    onMove(step);
  };
  return (
    <Table className="table-fixed" onKeyDown={onKeyDown}>
      <caption className="sr-only">
        Alerts. Arrow keys or j and k move between rows, Enter opens the preview, the right arrow unfolds related
        alerts.
      </caption>
      <AlertHead shown={alerts.length} selection={selection} sort={sort} onSort={onSort} />
      <tbody>
        {alerts.map((alert, index) => (
          <AlertRow
            key={alert.id}
            alert={alert}
            inTabOrder={activeId === null ? index === 0 : activeId === alert.id}
            previewed={previewId === alert.id}
            selected={selection.has(alert.id)}
            techniqueNames={techniqueNames}
            sla={sla}
            group={groups.groupOf(alert.id)}
            member={groups.isMember(alert.id)}
            onActivate={onActivate}
            onOpen={onOpen}
            onSelect={(id, range) =>
              selection.toggle(
                id,
                range,
                groups.membersOf(alert).map((one) => one.id),
              )
            }
          />
        ))}
      </tbody>
    </Table>
  );
}

type AlertHeadProps = Pick<AlertTableProps, 'selection' | 'sort' | 'onSort'> & { shown: number };

/** The columns' names; those that the list can be sorted by are buttons. */
function AlertHead({ shown, selection, sort, onSort }: AlertHeadProps) {
  const count = selection.selected.length;
  const byValue = (value: 'source' | 'status' | 'assignee') => ({
    className: COLUMNS[value],
    sorted: sort === value ? ('ascending' as const) : null,
    onSort: () => onSort(value),
  });
  return (
    <TableHead>
      <tr>
        <HeaderCell className="w-9 pr-0 pl-2 md:w-11 md:pl-4">
          <Checkbox
            label="Select all on this page"
            checked={count > 0 && count >= shown}
            mixed={count > 0 && count < shown}
            onChange={(on) => (on ? selection.all() : selection.clear())}
          />
        </HeaderCell>
        <SortableCell
          className={COLUMNS.severity}
          sorted={sort === 'severity' ? 'descending' : null}
          onSort={() => onSort('severity')}
          buttonClassName="@max-2xl:hidden"
        >
          Severity
        </SortableCell>
        <HeaderCell>Title</HeaderCell>
        <SortableCell {...byValue('source')}>Source</SortableCell>
        <HeaderCell className={COLUMNS.entities}>Entities</HeaderCell>
        <HeaderCell className={COLUMNS.techniques}>Techniques</HeaderCell>
        <SortableCell
          className={COLUMNS.age}
          sorted={sort === 'received' ? 'ascending' : sort === 'age' ? 'descending' : null}
          onSort={() => onSort(sort === 'received' ? 'age' : 'received')}
        >
          Age
        </SortableCell>
        <SortableCell className={COLUMNS.due} sorted={sort === 'sla' ? 'ascending' : null} onSort={() => onSort('sla')}>
          Due
        </SortableCell>
        <SortableCell {...byValue('status')}>Status</SortableCell>
        <SortableCell {...byValue('assignee')}>Assignee</SortableCell>
        <HeaderCell className={COLUMNS.case}>Case</HeaderCell>
      </tr>
    </TableHead>
  );
}
