import { findTime } from '../find-time';
import type { Format } from './format';
import { textLines, textRecord } from './lines';

/** Any other text: a row per line, with the time that the line names. An indented line has the time of the one before. */
export const plainText: Format = {
  id: 'text',
  timeField: (head) => (head.lines.some((line) => findTime(line, head.mtimeMs) !== undefined) ? 'line' : null),
  matches: () => true,
  open(head, sink) {
    let last: number | null = null;
    return textLines(
      (line, text) => {
        if (!text.trim()) return;
        const found = findTime(text, head.mtimeMs);
        const time = found ?? (/^\s/.test(text) ? last : null);
        if (found !== undefined) last = found;
        sink.record(textRecord(line, { line: text }, time));
      },
      (line, message) => sink.unparsable(line, message),
    );
  },
};
