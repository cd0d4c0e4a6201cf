'use client';
import { useEffect } from 'react';
import { CheckList } from '@/components/case/check-list';
import type { Checks } from '@/components/case/use-checks';
import { applyFix } from '@/lib/checks/finding';
import { showFindings } from './check-lint';
import type { DraftHandle } from './use-draft';
import type { useSourceView } from './use-source-view';

type ChecksPanelProps = { checks: Checks; handle: DraftHandle; onLine: (line: number) => void };

/** What the checks found in the saved draft; a mechanical fix goes into the text. */
export function ChecksPanel({ checks, handle, onLine }: ChecksPanelProps) {
  const stale = checks.report !== null && (handle.dirty() || checks.report.version !== handle.version());
  return (
    <div className="flex flex-col gap-3 p-3">
      <p className="text-ink-2 text-xs">
        {stale
          ? 'About the text as it was saved last; checked again when it is saved.'
          : 'A reviewer sees the same list. Errors stand against approval.'}
      </p>
      <CheckList
        checks={checks}
        onLine={onLine}
        {...(stale ? {} : { onFix: (fix) => handle.change(applyFix(handle.text, fix)) })}
      />
    </div>
  );
}

/** Marks the findings in the source editor when they are about the text it has. */
export function useCheckMarks(
  { report }: Checks,
  handle: DraftHandle,
  view: ReturnType<typeof useSourceView>['view'],
): void {
  const { version, dirty, text } = handle;
  useEffect(() => {
    const editor = view();
    // What is typed since is not what was checked: the marks move along by themselves until the next findings.
    if (!editor || !report || dirty() || report.version !== version()) return;
    if (editor.state.doc.toString() === text.replace(/\r\n?/g, '\n')) showFindings(editor, report.items);
  }, [report, version, dirty, text, view]);
}
