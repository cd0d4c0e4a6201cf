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
    let isStamp = false;
    return textLines(
      (line, text) => {
        if (!text.trim()) return;
        const found = findTime(text, head.mtimeMs);
        if (found !== undefined) {
          last = found;
          isStamp = /^#\d{10}$/.test(text); // a shell history: the time of the command on the next line
        }
        const time = found ?? (isStamp || /^\s/.test(text) ? last : null);
        sink.record(textRecord(line, { line: text }, time));
      },
      (line, message) => sink.unparsable(line, message),
    );
  },
};
