import type { LineAnchor, Point } from '@/components/case/use-line-selection';
import { scrollWithin } from '@/components/ui/scroll-within';

/** Moves the focus to the next or previous change from where it is. */
export function moveToHunk(step: 1 | -1): void {
  move([...document.querySelectorAll<HTMLElement>('[data-hunk]')], step);
}

/** Moves the focus to the next or previous line of the diff. */
export function moveToLine(step: 1 | -1): void {
  move([...document.querySelectorAll<HTMLElement>('tr[data-line]')], step);
}

/**
 * Moves the focus to the next or previous line of the same text, and answers both lines; null when there is none to move to.
 * For extending a selection: lines of the other text between them are skipped.
 */
export function moveAlong(step: 1 | -1): { from: Point; to: Point } | null {
  const row = pointedRow();
  const from = pointOf(row);
  if (!row || !from) return null;
  const rows = [...document.querySelectorAll<HTMLElement>(`tr[data-line][data-side="${from.side}"]`)];
  const target = rows[rows.indexOf(row) + step];
  const to = pointOf(target);
  if (!target || !to) return null;
  target.focus();
  target.scrollIntoView({ block: 'nearest' });
  return { from, to };
}

/** The line, or the lines of the passage, that the focus is on, else the first changed one. */
export function pointedLine(): LineAnchor | null {
  const row = pointedRow();
  const point = pointOf(row);
  return point && { ...point, lineEnd: Number(row?.dataset.lineEnd) || point.line };
}

function pointedRow(): HTMLElement | null {
  return (
    document.activeElement?.closest<HTMLElement>('[data-line][data-side]') ??
    document.querySelector<HTMLElement>('[data-hunk]')
  );
}

function pointOf(row: HTMLElement | null | undefined): Point | null {
  const line = Number(row?.dataset.line);
  return row && line > 0 ? { line, side: row.dataset.side === 'old' ? 'old' : 'new' } : null;
}

/** The change that the focus is on or in, by its key; null when it is on none. */
export function pointedHunk(): string | null {
  let row = document.activeElement?.closest<HTMLElement>('tr[data-line]') ?? null;
  while (row && row.dataset.hunk === undefined && row.dataset.changed !== undefined) {
    row = row.previousElementSibling instanceof HTMLElement ? row.previousElementSibling : null;
  }
  return row?.dataset.hunk || null;
}

/** Puts the focus on a line of the new text as soon as it is rendered. */
export function focusLine(line: number): void {
  setTimeout(() => {
    const row = document.querySelector<HTMLElement>(`tr[data-line="${line}"][data-side="new"]`);
    row?.focus({ preventScroll: true });
    if (row) scrollWithin(row, 'center');
  }, 80);
}

function move(stops: HTMLElement[], step: 1 | -1): void {
  const here = document.activeElement;
  let now = stops.findIndex((stop) => stop === here || stop.contains(here));
  if (now < 0 && here) {
    // Between two stops: counted from the last one above.
    const next = stops.findIndex((stop) => here.compareDocumentPosition(stop) & Node.DOCUMENT_POSITION_FOLLOWING);
    now = here === document.body || next < 0 ? -1 : step === 1 ? next - 1 : next;
  }
  const target = stops[Math.min(stops.length - 1, Math.max(0, now + step))];
  target?.focus({ preventScroll: true });
  if (target) scrollWithin(target, 'center');
}

/** Puts the focus on the first field of the decision, or on the reason why there is none, as soon as it is shown. */
export function focusDecision(): void {
  setTimeout(() => {
    const part = document.getElementById('decision');
    (part?.querySelector<HTMLElement>('textarea') ?? part)?.focus();
  });
}
