import { readTime } from '../read-time';
import type { Format } from './format';
import { textLines, textRecord } from './lines';

/** systemd's export format (`journalctl -o export`): a field per line, an empty line between entries. */
export const journalExport: Format = {
  id: 'journal-export',
  timeField: '__REALTIME_TIMESTAMP',
  matches: (head) => head.lines.slice(0, 3).some((line) => /^__(CURSOR|REALTIME_TIMESTAMP)=/.test(line)),
  open(_head, sink) {
    let entry: Record<string, string> = {};
    let first = 0;
    const finish = (): void => {
      if (Object.keys(entry).length > 0) {
        const time = readTime(entry._SOURCE_REALTIME_TIMESTAMP) ?? null;
        sink.record(textRecord(first, entry, readTime(entry.__REALTIME_TIMESTAMP) ?? time));
      }
      entry = {};
      first = 0;
    };
    const lines = textLines(
      (line, text) => {
        if (text === '') return finish();
        if (first === 0) first = line;
        const equals = text.indexOf('=');
        // A name alone opens a binary value; what of it is text follows on the next lines.
        if (equals > 0 && /^[A-Z0-9_]+$/.test(text.slice(0, equals)))
          entry[text.slice(0, equals)] = text.slice(equals + 1);
        else if (!/^[A-Z0-9_]+$/.test(text)) entry.MESSAGE = `${entry.MESSAGE ? `${entry.MESSAGE}\n` : ''}${text}`;
      },
      (line, message) => sink.unparsable(line, message),
    );
    return {
      push: (text) => lines.push(text),
      end() {
        lines.end();
        finish();
      },
    };
  },
};
