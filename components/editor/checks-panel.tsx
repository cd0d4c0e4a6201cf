'use client';
import { useEffect } from 'react';
import { CheckList } from '@/components/case/check-list';
import type { Checks } from '@/components/case/use-checks';
import type { CheckFix } from '@/lib/checks/finding';
import type { DraftHandle } from './use-draft';
import type { SourceHandle } from './use-source-view';

type ChecksPanelProps = { checks: Checks; handle: DraftHandle; onLine: (line: number) => void };

/** The findings of the checks in the saved draft; a mechanical fix is applied to the text. */
export function ChecksPanel({ checks, handle, onLine }: ChecksPanelProps) {
  const stale = checks.report !== null && (handle.dirty() || checks.report.version !== handle.version());
  const fix = async (change: CheckFix) => {
    const { applyFix } = await import('@/lib/checks/finding');
    handle.change(applyFix(handle.text, change));
  };
  return (
    <div className="flex flex-col gap-3 p-3">
      <p className="text-ink-2 text-xs">
        {stale
          ? 'These findings are for the last saved text. They update when the draft is saved.'
          : 'Reviewers see the same list. Errors block approval.'}
      </p>
      <CheckList checks={checks} onLine={onLine} {...(stale ? {} : { onFix: (change) => void fix(change) })} />
    </div>
  );
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
