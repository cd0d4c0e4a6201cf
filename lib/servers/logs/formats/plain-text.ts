import { findTime } from '../find-time';
import { lacksZone } from '../read-time';
import { objectIn } from './envelopes';
import type { Format } from './format';
import { CONTINUED, textLines, textRecord } from './lines';

/** Longer lines are kept as text only. */
const MAX_LINE = 1_000_000;

/**
 * Any other text: a row per line, with the time that the line names and the fields of a JSON object that ends it. A line
 * that continues the one before has its time.
 */
export const plainText: Format = {
  id: 'text',
  timeField: (head) => (head.lines.some((line) => findTime(line, head.mtimeMs) !== undefined) ? 'line' : null),
  matches: () => true,
  open(head, sink) {
    let last: number | null = null;
    let isStamp = false;
    const timed = head.lines.find((line) => findTime(line, head.mtimeMs) !== undefined);
    if (timed !== undefined && lacksZone(timed)) sink.note('noZone');
    return textLines(
      (line, text) => {
        if (!text.trim()) return;
        const found = findTime(text, head.mtimeMs);
        if (found !== undefined) {
          last = found;
          isStamp = /^#\d{10}$/.test(text); // a shell history: the time of the command on the next line
        }
        const time = found ?? (isStamp || CONTINUED.test(text) ? last : null);
        sink.record(textRecord(line, { ...trailingObject(text), line: text }, time));
      },
      (line, message) => sink.unparsable(line, message),
    );
  },
};

/** `2024-03-04T09:00:00Z stdout F {"user": "eve"}`: containers and `aws logs tail` put a time before the event. */
function trailingObject(line: string): Record<string, unknown> | null {
  const start = line.search(/ \{"/);
  return start > 0 && line.length < MAX_LINE ? objectIn(line.slice(start).trim()) : null;
}
