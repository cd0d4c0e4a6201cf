'use client';
import { X } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useCallback, useEffect, useRef, useState } from 'react';
import { announce } from '@/components/shell/live-region';
import { Page } from '@/components/shell/page';
import { Button, IconButton } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { Dialog } from '@/components/ui/dialog';
import { SplitPane } from '@/components/ui/split-pane';
import { Unseen } from '@/components/ui/unseen';
import { useWide } from '@/components/ui/use-wide';
import type { AlertItem, Person } from '@/lib/alerts/schema';
import type { Page as AlertPage } from '@/lib/db/keyset';
import { AlertActions } from './alert-actions';
import { AlertPreview, type TechniqueNames } from './alert-preview';
import { rowControlId } from './alert-row';
import { AlertTable } from './alert-table';
import { BulkBar } from './bulk-bar';
import { CloseDialog } from './close-dialog';
import { type Counts, FilterBar } from './filter-bar';
import { NoAlerts } from './no-alerts';
import { filterParams, type QueueQuery, usePreviewId, useQueueQuery } from './query-state';
import { useNewAlerts } from './use-new-alerts';
import { useQueueKeys } from './use-queue-keys';
import { useSelection } from './use-selection';
import { useTriage } from './use-triage';
import { Views } from './views';

type QueueProps = {
  page: AlertPage<AlertItem>;
  query: QueueQuery;
  /** ISO time just before the page was read: what came later is new. */
  loadedAt: string;
  counts: Counts;
  people: Person[];
  me: Person;
  techniqueNames: TechniqueNames;
};

export function Queue({ page, query, loadedAt, counts, people, me, techniqueNames }: QueueProps) {
  const router = useRouter();
  const queue = useQueueQuery();
  const triage = useTriage(page.items, query, people, me);
  const { items } = triage;
  const [previewId, setPreviewId] = usePreviewId();
  const [activeId, setActiveId] = useState<string | null>(null);
  const selection = useSelection(items.map(({ id }) => id));
  const search = useRef<HTMLInputElement>(null);
  const wide = useWide(1024);
  const fresh = useNewAlerts(loadedAt, filterParams(query).toString());

  const lastIndex = useRef(0);
  const index = items.findIndex(({ id }) => id === activeId);
  if (index >= 0) lastIndex.current = index;
  const active = items[index] ?? null;
  // A previewed alert that left the list stays open until another one is opened.
  const lastPreview = useRef<AlertItem | null>(null);
  const listed = items.find(({ id }) => id === previewId);
  if (listed) lastPreview.current = listed;
  const preview = listed ?? (lastPreview.current?.id === previewId ? lastPreview.current : null);

  const focusRow = useCallback((id: string) => document.getElementById(rowControlId(id))?.focus(), []);
  const open = useCallback(
    (id: string) => {
      setActiveId(id);
      void setPreviewId(id);
    },
    [setPreviewId],
  );
  const move = (step: number | 'first' | 'last') => {
    const from = index >= 0 ? index : typeof step === 'number' && step > 0 ? -1 : 0;
    const to = step === 'first' ? 0 : step === 'last' ? items.length - 1 : from + step;
    const next = items[Math.min(items.length - 1, Math.max(0, to))];
    if (!next) return;
    setActiveId(next.id);
    focusRow(next.id);
    if (previewId !== null && wide) void setPreviewId(next.id);
  };

  // When the active row leaves the list, the row in its place becomes active.
  useEffect(() => {
    if (activeId === null || items.some(({ id }) => id === activeId)) return;
    const next = items[Math.min(lastIndex.current, items.length - 1)];
    setActiveId(next?.id ?? null);
    if (next && (document.activeElement === document.body || document.activeElement === null)) focusRow(next.id);
  }, [items, activeId, focusRow]);

  const closePreview = () => {
    void setPreviewId(null);
    if (preview) focusRow(preview.id);
  };
  const showNew = () => {
    announce('Loading the new alerts.');
    if (query.cursor) void queue.setFilters({});
    else router.refresh();
  };

  useQueueKeys({ items, active, selection, triage, move, open, closePreview, previewOpen: previewId !== null, search });

  const chosen = items.filter(({ id }) => selection.has(id));
  const list = (
    <>
      <div
        className={cx('@container min-h-0 flex-1 overflow-auto scroll-pt-8', queue.pending && 'opacity-60')}
        aria-busy={queue.pending}
      >
        {items.length === 0 ? (
          <NoAlerts query={query} onClear={queue.clear} />
        ) : (
          <AlertTable
            alerts={items}
            activeId={activeId}
            previewId={previewId}
            selection={selection}
            techniqueNames={techniqueNames}
            onActivate={setActiveId}
            onOpen={open}
            onMove={move}
          />
        )}
        <Paging query={query} page={page} shown={items.length} onCursor={(cursor) => queue.setFilters({ cursor })} />
      </div>
      <BulkBar alerts={chosen} triage={triage} people={people} me={me} onClear={selection.clear} />
    </>
  );

  return (
    <Page
      title="Queue"
      layout="fill"
      detail={<Views query={query} counts={counts} />}
      actions={
        fresh > 0 && (
          <Button size="sm" variant="primary" onClick={showNew}>
            {fresh === 1 ? '1 new alert' : `${fresh} new alerts`}: show
          </Button>
        )
      }
      toolbar={<FilterBar queue={queue} people={people} me={me} searchRef={search} />}
    >
      <SplitPane
        label="Width of the preview"
        name="queue"
        initial={64}
        min={35}
        max={80}
        first={list}
        second={
          preview && wide ? (
            <aside aria-label="Preview" className="flex min-h-0 flex-1 flex-col">
              <div className="flex shrink-0 flex-col gap-2 border-line border-b px-4 py-3">
                <div className="flex items-start gap-2">
                  <h2
                    id="preview-title"
                    tabIndex={-1}
                    className="min-w-0 flex-1 break-words font-semibold text-base outline-offset-2"
                  >
                    <Unseen text={preview.title} />
                  </h2>
                  <IconButton label="Close the preview" keys="escape" size="sm" onClick={closePreview}>
                    <X aria-hidden className="size-4" />
                  </IconButton>
                </div>
                <AlertActions alert={preview} triage={triage} people={people} me={me} />
              </div>
              <div className="min-h-0 flex-1 overflow-y-auto px-4 py-4">
                <AlertPreview alert={preview} techniqueNames={techniqueNames} />
              </div>
            </aside>
          ) : null
        }
      />
      <Dialog
        open={preview !== null && !wide}
        onOpenChange={(isOpen) => !isOpen && void setPreviewId(null)}
        title={preview?.title ?? ''}
        size="lg"
      >
        {preview && (
          <>
            <div className="mb-4">
              <AlertActions alert={preview} triage={triage} people={people} me={me} />
            </div>
            <AlertPreview alert={preview} techniqueNames={techniqueNames} />
          </>
        )}
      </Dialog>
      <CloseDialog
        titles={triage.closing.map(({ title }) => title)}
        onClose={triage.close}
        onCancel={triage.cancelClosing}
      />
    </Page>
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
