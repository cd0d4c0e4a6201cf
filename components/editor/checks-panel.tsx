'use client';
import { useEffect, useRef, useState } from 'react';
import { CheckList } from '@/components/case/check-list';
import { listFindings, listKey } from '@/components/case/combine-findings';
import type { Checks } from '@/components/case/use-checks';
import { isDismissible, useDismissal } from '@/components/case/use-dismissal';
import { useShortcuts } from '@/components/shell/shortcuts';
import type { CheckFinding, CheckFix } from '@/lib/checks/finding';
import { FactCheckPanel } from './fact-check-panel';
import type { DraftHandle } from './use-draft';
import type { SourceHandle } from './use-source-view';

type ChecksPanelProps = {
  investigationId: string;
  /** The model that fact-checks; null: none is connected. */
  factChecker: string | null;
  checks: Checks;
  handle: DraftHandle;
  onLine: (line: number) => void;
  /** Shows the line in the source, where there is room, without leaving the list. */
  onShow: (line: number) => void;
  active: boolean;
};

/** The findings of the checks in the saved draft; a mechanical fix is applied to the text. */
export function ChecksPanel({
  investigationId,
  factChecker,
  checks,
  handle,
  onLine,
  onShow,
  active,
}: ChecksPanelProps) {
  const isStale = checks.report !== null && (handle.dirty() || checks.report.version !== handle.version());
  const fix = async (change: CheckFix) => {
    const { applyFix } = await import('@/lib/checks/finding');
    handle.change(applyFix(handle.text, change));
  };
  const { dismiss } = useDismissal(investigationId);
  const { list, current } = useFindingKeys(checks, { onShow, active, onFix: isStale ? null : fix, onDismiss: dismiss });
  return (
    <div ref={list} className="flex flex-col gap-3 p-3">
      <FactCheckPanel
        investigationId={investigationId}
        state={checks.report?.factCheck ?? null}
        model={factChecker}
        whenSaved={handle.whenSaved}
        onLine={onLine}
      />
      <p className="text-ink-2 text-xs">
        {isStale
          ? 'These findings are for the last saved text. They update when the draft is saved.'
          : 'Reviewers see the same list. Errors block approval.'}
      </p>
      <CheckList
        checks={checks}
        onLine={onLine}
        onFix={(change) => void fix(change)}
        onDismiss={(finding) => void dismiss(finding)}
        isStale={isStale}
        current={current}
      />
    </div>
  );
}

type FindingActs = {
  onShow: (line: number) => void;
  active: boolean;
  /** null: the findings are about an earlier text. */
  onFix: ((change: CheckFix) => Promise<void>) | null;
  onDismiss: (finding: CheckFinding) => Promise<void>;
};

/** Walks the findings by keys, in the order of the list: next, previous, fix this one. */
function useFindingKeys({ report }: Checks, { onShow, active, onFix, onDismiss }: FindingActs) {
  const list = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState<string>();
  const [at, setAt] = useState(-1);
  const { errors, warnings } = listFindings(report?.items ?? []);
  const all = [...errors, ...warnings];
  const found = all.findIndex((item) => listKey(item) === current);
  const step = (by: 1 | -1) => {
    // One that was fixed is gone, and the next one has its place.
    const from = found >= 0 ? found : by > 0 ? at - 1 : at;
    const to = Math.max(0, Math.min(all.length - 1, from + by));
    const target = all[to];
    if (!target) return;
    setAt(to);
    setCurrent(listKey(target));
    onShow(target.line);
    list.current?.querySelector<HTMLElement>(`[data-finding="${CSS.escape(listKey(target))}"]`)?.focus();
  };
  const fixable = all[found]?.fix;
  const dismissible = all[found] && isDismissible(all[found]) ? all[found] : null;
  const off = !active || all.length === 0;
  useShortcuts([
    { keys: 'n', label: 'Next finding', group: 'Checks', run: () => step(1), disabled: off },
    { keys: 'p', label: 'Previous finding', group: 'Checks', run: () => step(-1), disabled: off },
    {
      keys: 'f',
      label: 'Fix this finding',
      group: 'Checks',
      run: () => fixable && onFix && void onFix(fixable),
      disabled: off || !fixable || !onFix,
    },
    {
      keys: 'x',
      label: 'Dismiss this finding of a model',
      group: 'Checks',
      run: () => dismissible && void onDismiss(dismissible),
      disabled: off || !dismissible,
    },
  ]);
  return { list, current };
}

/** Marks the findings in the source editor while they are about the text it has. `ready`: the editor is there. */
export function useCheckMarks(
  { report }: Checks,
  handle: DraftHandle,
  view: SourceHandle['view'],
  ready: boolean,
): void {
  const { version, dirty, text } = handle;
  useEffect(() => {
    const editor = view();
    // Text typed since was not checked: the marks move along with it until the next findings.
    if (!ready || !editor || !report || dirty() || report.version !== version()) return;
    if (editor.state.doc.toString() !== text.replace(/\r\n?/g, '\n')) return;
    void import('./source-view').then(({ showFindings }) => showFindings(editor, report.items));
  }, [report, version, dirty, text, view, ready]);
}
