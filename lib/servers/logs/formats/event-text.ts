import { readTime } from '../read-time';
import type { Format, Sink, Splitter } from './format';
import { textLines } from './lines';
import { wordedEvent } from './windows-message';

const START = /^Event ?\[\d+\]:?\s*$/;
const FIELD = /^ {2}([A-Z][\w ]{1,40}): ?(.*)$/;
/** More characters of one description are left out. */
const MAX_TEXT = 1_000_000;

/** Windows events as `wevtutil qe /f:text` prints them: fields, then the description in as many lines as it has. */
export const eventText: Format = {
  id: 'event-text',
  timeField: 'Date',
  matches: ({ lines }) => {
    const [first = '', second = ''] = lines.filter((line) => line.trim());
    return START.test(first.replace(/^\uFEFF/, '')) && FIELD.test(second);
  },
  open: (_head, sink) => openEvents(sink),
};

function openEvents(sink: Sink): Splitter {
  let fields: Record<string, string> = {};
  let start = 0;
  let description: string[] | null = null;
  let length = 0;
  const finish = (): void => {
    if (start === 0) return;
    if (description) fields.Description = description.join('\n').trim();
    const time = readTime(fields.Date) ?? null;
    const value = { ...fields, ...wordedEvent(fields) };
    sink.record({ line: start, text: JSON.stringify(value), value, time, textIsTyped: true });
  };
  return textLines(
    (line, text) => {
      if (START.test(text.replace(/^\uFEFF/, ''))) {
        finish();
        [fields, start, description, length] = [{}, line, null, 0];
        return;
      }
      const field = description ? null : FIELD.exec(text);
      if (field?.[1] === 'Description') description = [field[2] ?? ''];
      else if (field) fields[field[1] ?? ''] = (field[2] ?? '').trim();
      else if (description && length < MAX_TEXT) {
        description.push(text);
        length += text.length;
      }
    },
    (line, message) => sink.unparsable(line, message),
    finish,
  );
}
