import { readTime } from '../read-time';
import type { Format, Sink, Splitter } from './format';
import { MAX_RECORD, textRecord } from './lines';
import { journalFields } from './messages';

/**
 * systemd's export format (`journalctl -o export`): a field per line, an empty line between entries. A value with line
 * breaks stands behind its name, a line break and its length in eight bytes. The text has a character a byte (read-text).
 */
export const journalExport: Format = {
  id: 'journal-export',
  timeField: '__REALTIME_TIMESTAMP',
  matches: (head) => head.lines.slice(0, 3).some((line) => /^__(CURSOR|REALTIME_TIMESTAMP)=/.test(line)),
  open: (_head, sink) => openJournal(sink),
};

function openJournal(sink: Sink): Splitter {
  let entry: Record<string, string> = {};
  let buffer = '';
  let line = 1;
  let first = 0;
  const finish = (): void => {
    if (Object.keys(entry).length > 0) {
      const time = readTime(entry.__REALTIME_TIMESTAMP) ?? readTime(entry._SOURCE_REALTIME_TIMESTAMP);
      sink.record(textRecord(first, { ...entry, ...journalFields(entry) }, time ?? null));
    }
    entry = {};
    first = 0;
  };
  /** The field at `at`; its length in the text, or null when it is not there whole. */
  const field = (at: number): number | null => {
    const end = buffer.indexOf('\n', at);
    if (end < 0) return null;
    const text = buffer.slice(at, end);
    if (text !== '' && first === 0) first = line;
    const equals = text.indexOf('=');
    if (text === '') finish();
    else if (equals > 0) entry[text.slice(0, equals)] = decoded(text.slice(equals + 1));
    else {
      const value = binaryValue(buffer, end + 1);
      if (value === null) return null;
      entry[text] = decoded(value);
      line += 1 + value.split('\n').length;
      return end + 1 + 8 + value.length + 1 - at;
    }
    line += 1;
    return end + 1 - at;
  };
  const drain = (): void => {
    let at = 0;
    for (let length = field(at); length !== null; length = field(at)) at += length;
    buffer = buffer.slice(at);
    if (buffer.length <= MAX_RECORD) return;
    sink.unparsable(line, `a field longer than ${MAX_RECORD >> 20} MB`);
    buffer = '';
  };
  return {
    push(text) {
      buffer += text;
      drain();
    },
    end() {
      if (buffer) {
        buffer += '\n';
        drain();
      }
      if (buffer.trim()) sink.unparsable(line, 'an entry that ends before it is complete');
      finish();
    },
  };
}

const decoded = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');

function binaryValue(buffer: string, at: number): string | null {
  if (buffer.length < at + 8) return null;
  const length = Number(Buffer.from(buffer.slice(at, at + 8), 'latin1').readBigUInt64LE());
  return buffer.length < at + 8 + length + 1 ? null : buffer.slice(at + 8, at + 8 + length);
}
