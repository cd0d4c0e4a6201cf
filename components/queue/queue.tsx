'use client';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useMemo, useRef } from 'react';
import { announce } from '@/components/shell/live-region';
import { Page } from '@/components/shell/page';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { SplitPane } from '@/components/ui/split-pane';
import type { AlertGroup } from '@/lib/alerts/group-alerts';
import type { AlertItem, Person } from '@/lib/alerts/schema';
import type { Sla } from '@/lib/alerts/sla';
import type { Page as AlertPage } from '@/lib/db/keyset';
import type { TechniqueNames } from './alert-preview';
import { AlertTable } from './alert-table';
import { BulkBar } from './bulk-bar';
import { CaseDialog } from './case-dialog';
import { CloseDialog } from './close-dialog';
import { type Counts, FilterBar } from './filter-bar';
import { KeyHints } from './key-hints';
import { NoAlerts } from './no-alerts';
import { PreviewDialog, PreviewPane } from './preview-pane';
import { filterParams, type QueueQuery, useQueueQuery } from './query-state';
import { StaleDemo } from './stale-demo';
import { useActiveRow } from './use-active-row';
import { useCounts } from './use-counts';
import { type Groups, useGroups } from './use-groups';
import { useMatching } from './use-matching';
import { useNewAlerts } from './use-new-alerts';
import { useQueueKeys } from './use-queue-keys';
import { useSelection } from './use-selection';
import { useTriage } from './use-triage';
import { Views } from './views';

// Few look at it, and the line diff comes with it.
const MergeCasesDialog = dynamic(() => import('@/components/case/merge-cases').then((file) => file.MergeCasesDialog), {
  ssr: false,
});

type QueueProps = {
  page: AlertPage<AlertItem>;
  /** The alert that the address names, where it is not on the page. */
  linked: AlertItem | null;
  /** Related alerts of the page, when the list is grouped. */
  groups: AlertGroup[] | null;
  query: QueueQuery;
  /** ISO time just before the page was read: what came later is new. */
  loadedAt: string;
  counts: Counts;
  people: Person[];
  me: Person;
  mayDeleteShared: boolean;
  techniqueNames: TechniqueNames;
  sla: Sla;
  /** When the demo was loaded, once its alerts run out of time. */
  demoStaleSince: string | null;
};

/** The alerts in a list with their filters, what can be done with one or many of them, and a preview of one. */
export function Queue(props: QueueProps) {
  const { page, query, loadedAt, people, me, mayDeleteShared, techniqueNames, sla, demoStaleSince } = props;
  const facts = { techniqueNames, sla };
  const { queue, counts, triage, groups, listed, row, preview, wide, selection, chosen, bulk, search } =
    useQueue(props);
  const previewed = { triage, people, me, ...facts, onClose: row.closePreview };
  return (
    <Page
      title="Queue"
      layout="fill"
      detail={<Views query={query} counts={counts} me={me} mayDeleteShared={mayDeleteShared} />}
      actions={<NewAlerts queue={queue} query={query} loadedAt={loadedAt} />}
      toolbar={<FilterBar queue={queue} people={people} me={me} searchRef={search} />}
    >
      <SplitPane
        label="Width of the preview"
        name="queue"
        initial={64}
        min={35}
        max={80}
        first={
          <>
            {demoStaleSince && <StaleDemo since={demoStaleSince} />}
            <AlertList
              queue={queue}
              query={query}
              page={page}
              items={groups.visible}
              groups={groups}
              row={row}
              selection={selection}
              {...facts}
            />
            <BulkBar
              alerts={chosen}
              triage={triage}
              people={people}
              me={me}
              bulk={bulk}
              offer={chosen.length === listed.length && (page.nextCursor !== null || query.cursor !== undefined)}
              onClear={selection.clear}
            />
            {chosen.length === 0 && <KeyHints />}
          </>
        }
        second={preview && wide ? <PreviewPane alert={preview} {...previewed} /> : null}
      />
      <PreviewDialog alert={wide ? null : preview} {...previewed} />
      <TriageDialogs triage={triage} />
    </Page>
  );
}

/** The list as the page shows it, with the selection, the active row, and the acts on them. */
function useQueue({ page, linked, groups: grouped, query, loadedAt, counts: loaded, people, me }: QueueProps) {
  const queue = useQueueQuery();
  const known = useMemo(() => (linked ? [...page.items, linked] : page.items), [page.items, linked]);
  const { counts, recount } = useCounts(loaded, loadedAt);
  const triage = useTriage(known, query, people, me, recount);
  const listed = useMemo(() => triage.items.filter(({ id }) => id !== linked?.id), [triage.items, linked]);
  const groups = useGroups(listed, grouped, triage.askToMerge);
  const items = groups.visible;
  const { preview, wide, ...row } = useActiveRow(items, triage.items.find(({ id }) => id === linked?.id) ?? null);
  const selection = useSelection(listed.map(({ id }) => id));
  const bulk = useMatching(query, loadedAt);
  const search = useRef<HTMLInputElement>(null);
  useQueueKeys({
    ...row,
    items,
    all: listed,
    groups,
    people,
    me,
    group: { on: query.group === true, set: (on) => void queue.setFilters({ group: on || null }) },
    selection,
    triage,
    previewOpen: row.previewId !== null,
    search,
  });

  const chosen = listed.filter(({ id }) => selection.has(id));
  return { queue, counts, triage, groups, listed, row, preview, wide, selection, chosen, bulk, search };
}

type NewAlertsProps = { queue: ReturnType<typeof useQueueQuery>; query: QueueQuery; loadedAt: string };

/** How many came since the list was read; they wait for a press, so that no row moves under the pointer. */
function NewAlerts({ queue, query, loadedAt }: NewAlertsProps) {
  const router = useRouter();
  const fresh = useNewAlerts(loadedAt, filterParams(query).toString());
  if (fresh === 0) return null;
  const show = () => {
    announce('Loading the new alerts.');
    if (query.cursor) void queue.setFilters({});
    else router.refresh();
  };
  return (
    <Button size="sm" variant="primary" onClick={show}>
      {fresh === 1 ? '1 new alert' : `${fresh} new alerts`}: show
    </Button>
  );
}

/** What is asked before alerts are closed, put into a case, or their cases merged. */
function TriageDialogs({ triage }: { triage: ReturnType<typeof useTriage> }) {
  return (
    <>
      <CaseDialog
        alerts={triage.placing}
        onNew={triage.openCase}
        onMerge={triage.askToMerge}
        onCancel={() => triage.askForCase([])}
      />
      <MergeCasesDialog cases={triage.merging} onClose={() => triage.askToMerge([])} />
      <CloseDialog
        titles={triage.closing.map(({ title }) => title)}
        {...(triage.written ? { suggested: triage.written } : {})}
        onClose={triage.close}
        onCancel={triage.cancelClosing}
      />
    </>
  );
}

type AlertListProps = {
  queue: ReturnType<typeof useQueueQuery>;
  query: QueueQuery;
  page: AlertPage<AlertItem>;
  items: AlertItem[];
  groups: Groups;
  row: Pick<ReturnType<typeof useActiveRow>, 'activeId' | 'setActiveId' | 'previewId' | 'open' | 'move'>;
  selection: ReturnType<typeof useSelection>;
  techniqueNames: TechniqueNames;
  sla: Sla;
};

function AlertList({ queue, query, page, items, groups, row, selection, techniqueNames, sla }: AlertListProps) {
  return (
    <div
      className={cx('@container min-h-0 flex-1 overflow-auto scroll-pt-8', queue.pending && 'opacity-60')}
      aria-busy={queue.pending}
    >
      {items.length === 0 ? (
        <NoAlerts query={query} onClear={queue.clear} />
      ) : (
        <AlertTable
          alerts={items}
          activeId={row.activeId}
          previewId={row.previewId}
          selection={selection}
          groups={groups}
          techniqueNames={techniqueNames}
          sla={sla}
          sort={query.sort}
          onSort={(sort) => queue.setFilters({ sort: sort === 'severity' ? null : sort })}
          onActivate={row.setActiveId}
          onOpen={row.open}
          onMove={row.move}
        />
      )}
      <Paging query={query} page={page} shown={items.length} onCursor={(cursor) => queue.setFilters({ cursor })} />
    </div>
  );
}

type PagingProps = {
  query: QueueQuery;
  page: AlertPage<AlertItem>;
  shown: number;
  onCursor: (cursor: string | null) => void;
};

/** Keyset pages: forward by cursor; back is the browser's own way, or the beginning. */
function Paging({ query, page, shown, onCursor }: PagingProps) {
  if (!query.cursor && !page.nextCursor) return null;
  return (
    <nav aria-label="Pages" className="flex items-center gap-2 px-3 py-3 md:px-4">
      <p className="mr-auto text-ink-3 text-xs">{shown} on this page</p>
      {query.cursor && (
        <Button size="sm" onClick={() => onCursor(null)}>
          First page
        </Button>
      )}
      {page.nextCursor && (
        <Button size="sm" onClick={() => onCursor(page.nextCursor)}>
          Next page
        </Button>
      )}
    </nav>
  );
}
