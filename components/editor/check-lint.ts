'use client';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import type { Text } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import type { CheckFinding } from '@/lib/checks/finding';

/** The marks of the checks in the source: in the margin and under the words. They come by showFindings. */
export const checkLint = [
  lintGutter(),
  EditorView.theme({
    '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--bad) 1px' },
    '.cm-lintRange-warning': { backgroundImage: 'none', textDecoration: 'underline wavy var(--medium) 1px' },
    '.cm-diagnostic': { fontFamily: 'var(--font-sans, sans-serif)', fontSize: '12px', padding: '6px 8px' },
    '.cm-diagnostic-error': { borderLeftColor: 'var(--bad)' },
    '.cm-diagnostic-warning': { borderLeftColor: 'var(--medium)' },
    '.cm-diagnosticAction': {
      backgroundColor: 'var(--raised)',
      border: '1px solid var(--line-strong)',
      borderRadius: '4px',
      color: 'var(--ink)',
      minHeight: '24px',
    },
    '.cm-gutter-lint': { width: '14px' },
  }),
];

/** Shows what was found in the text that the editor has now; a fix is one press in its tooltip. */
export function showFindings(view: EditorView, findings: CheckFinding[]): void {
  const { doc } = view.state;
  const diagnostics = findings.map(({ line, column, endColumn, severity, message, fix }): Diagnostic => {
    const from = offsetOf(doc, line, column);
    const diagnostic = {
      from,
      to: Math.max(from, offsetOf(doc, line, endColumn)),
      severity,
      message,
      source: 'checks',
    };
    if (!fix) return diagnostic;
    const [start, end] = [offsetOf(doc, fix.startLine, fix.startColumn), offsetOf(doc, fix.endLine, fix.endColumn)];
    const was = doc.sliceString(start, end);
    return {
      ...diagnostic,
      actions: [
        {
          name: fix.label,
          apply: (editor, at) => {
            // Moved with the mark; where the words are others by now, nothing is done: the checks run again anyway.
            const moved = start + at - from;
            if (editor.state.sliceDoc(moved, moved + was.length) !== was) return;
            editor.dispatch({ changes: { from: moved, to: moved + was.length, insert: fix.text } });
          },
        },
      ],
    };
  });
  view.dispatch(setDiagnostics(view.state, diagnostics));
}

function offsetOf(doc: Text, line: number, column: number): number {
  const found = doc.line(Math.max(1, Math.min(line, doc.lines)));
  return Math.min(found.to, found.from + column - 1);
}
