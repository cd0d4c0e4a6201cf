import type { Format, Head, Sink, Splitter } from './format';
import { textLines } from './lines';

const PAIR = /^([A-Za-z][\w .()/-]{0,60}?)(?::\s+|:$|=)(.*)$/;
const MIN_PAIRS = 3;
const MIN_SHARE = 0.8;
/** More characters of one value are left out. */
const MAX_VALUE = 1_000_000;

/** Records with an empty line between them, of `Name: value` or `Name=value` in lines (schtasks, wmic): a record starts with the same name. */
export const paragraphs: Format = {
  id: 'paragraphs',
  matches(head) {
    const lines = head.lines.slice(0, 200);
    const filled = lines.filter((line) => line.trim());
    if (filled.filter((line) => PAIR.test(line)).length < filled.length * MIN_SHARE) return false;
    return firstName(head) !== null;
  },
  open: (head, sink) => openParagraphs(firstName(head) ?? '', sink),
};

/** The name that begins at least two records and most of them; null when there is none. */
function firstName({ lines }: Head): string | null {
  const counts = new Map<string, number>();
  let blocks = 0;
  for (const [index, line] of lines.slice(0, 400).entries()) {
    if (!line.trim() || lines[index - 1]?.trim()) continue;
    const pairs = [0, 1, 2].filter((next) => PAIR.test(lines[index + next] ?? '')).length;
    if (pairs < MIN_PAIRS) continue;
    blocks += 1;
    const names = [0, 1].map((next) => PAIR.exec(lines[index + next] ?? '')?.[1] ?? '');
    for (const name of new Set(names)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  // A heading (a folder's name) may stand above the first of its records.
  const [name, count = 0] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  return name !== undefined && count >= 2 && count * 2 > blocks ? name : null;
}

function openParagraphs(starts: string, sink: Sink): Splitter {
  let fields: Record<string, string> = {};
  let first = 0;
  let last = '';
  const finish = (): void => {
    if (Object.keys(fields).length > 0)
      sink.record({ line: first, text: JSON.stringify(fields), value: fields, textIsTyped: true });
    fields = {};
    first = 0;
  };
  return textLines(
    (line, text) => {
      if (!text.trim()) return;
      const [, name, value = ''] = PAIR.exec(text) ?? [];
      if (name === starts && starts in fields) finish();
      if (first === 0) first = line;
      if (name === undefined) {
        const known = fields[last] ?? '';
        if (known.length < MAX_VALUE) fields[last || 'line'] = known ? `${known}\n${text.trim()}` : text.trim();
        return;
      }
      last = name;
      if (value.trim()) fields[name] = value.trim();
    },
    (line, message) => sink.unparsable(line, message),
    finish,
  );
}
