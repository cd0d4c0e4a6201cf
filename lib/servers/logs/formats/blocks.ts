import { findTime } from '../find-time';
import { readTime } from '../read-time';
import { type BlockKind, DATED_KINDS } from './block-kinds';
import type { Format, Head, Sink, Splitter } from './format';
import { textLines, textRecord } from './lines';
import { textDateOrder } from './text-dates';

/** More characters of one record are left out. */
const MAX_TEXT = 1_000_000;
/** Fields are looked for in so many characters of it. */
const MAX_PARSED = 65_536;

/** Logs whose records take several lines: one row a record, with its text in `line` and its time from where its kind has it. */
export const blockLogs: Format[] = DATED_KINDS.map((kind) => ({
  id: kind.id,
  timeField: kind.timeField,
  matches: (head) => startsEarly(kind, head),
  open: (head, sink) => openBlocks(kind, head, sink),
}));

/** Whether a record starts in the first lines, behind what a program writes at the head of a new file. */
function startsEarly(kind: BlockKind, { lines }: Head): boolean {
  const filled = lines.filter((line) => line.trim());
  const start = filled.slice(0, 8).findIndex((line) => kind.starts.test(line));
  return start >= 0 && kind.second.test(filled[start + 1] ?? '');
}

function openBlocks(kind: BlockKind, head: Head, sink: Sink): Splitter {
  let block: string[] = [];
  let first = 0;
  let length = 0;
  const shared: Record<string, string> = {};
  const finish = (): void => {
    const text = block.join('\n').trim();
    block = [];
    if (!text) return;
    const start = text.slice(0, MAX_PARSED);
    const fields = kind.fields(start, shared);
    const stamp = kind.stamp(start);
    const order = textDateOrder(head);
    const time = stamp === null ? null : (readTime(stamp, order) ?? findTime(stamp, head.mtimeMs, order) ?? null);
    sink.record(textRecord(first, { ...fields, line: text }, time));
  };
  return textLines(
    (line, text) => {
      if (first === 0 || (kind.starts.test(text) && !kind.continues?.(block, text))) {
        finish();
        if (!text.trim() || (first === 0 && kind.banner?.test(text))) return;
        [first, length] = [line, 0];
      }
      if (length < MAX_TEXT) block.push(text);
      length += text.length + 1;
    },
    (line, message) => sink.unparsable(line, message),
    finish,
  );
}
