import { findTime } from '../find-time';
import { lacksZone } from '../read-time';
import { objectIn } from './envelopes';
import type { Format, Head } from './format';
import { CONTINUED, keyValues, textLines, textRecord } from './lines';
import { noteDateOrder, textDateOrder } from './text-dates';

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
    /** A shell history's line with the time of the command on the next one. */
    let isStamp = false;
    const order = textDateOrder(head);
    noteDateOrder(head, sink);
    const timed = head.lines.find((line) => findTime(line, head.mtimeMs) !== undefined);
    if (timed !== undefined && lacksZone(timed)) sink.note('noZone');
    const leads = timesLead(head);
    return textLines(
      (line, text) => {
        if (!text.trim()) return;
        // A date inside a line that goes on (a version's, a certificate's) is not when it was written.
        const found = leads && last !== null && /^\s/.test(text) ? undefined : findTime(text, head.mtimeMs, order);
        if (found !== undefined) {
          last = found;
          isStamp = /^#\d{10}$/.test(text);
          if (isStamp) return;
        }
        const time = found ?? (isStamp || CONTINUED.test(text) ? last : null);
        sink.record(textRecord(line, { ...(trailingObject(text) ?? pairsIn(text)), line: text }, time));
      },
      (line, message) => sink.unparsable(line, message),
    );
  },
};

/** Whether the lines that aren't indented begin with their time, so that an indented one has none of its own. */
function timesLead(head: Head): boolean {
  const lines = head.lines.filter((line) => /^\S/.test(line)).slice(0, 60);
  const leading = lines.filter((line) => /^\W?\d{4}-\d{2}-\d{2}|^\W?\d{2}[/.:]\d{2}/.test(line));
  return leading.length > 0 && leading.length >= lines.length * 0.6;
}

const MAX_PAIRED = 8192;
const MIN_PAIRS = 3;

/** `… WARN [auth] type="LOGIN_ERROR", ip="192.0.2.1", user="eve"`: what an application's line names, where it names several things. */
function pairsIn(line: string): Record<string, string> | null {
  if (line.length > MAX_PAIRED || line.split('=', MIN_PAIRS + 1).length <= MIN_PAIRS) return null;
  const pairs = keyValues(line.replace(/;(?=\s*[A-Za-z_][\w.-]*=)|;?\](?=\s|$)/g, ' '));
  return Object.keys(pairs).length >= MIN_PAIRS ? pairs : null;
}

/** `2024-03-04T09:00:00Z stdout F {"user": "eve"}`: containers and `aws logs tail` put a time before the event. */
function trailingObject(line: string): Record<string, unknown> | null {
  const start = line.search(/ \{"/);
  return start > 0 && line.length < MAX_LINE ? objectIn(line.slice(start).trim()) : null;
}
