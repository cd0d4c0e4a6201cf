import { readTime } from '../read-time';
import { csvDirective } from './directives';
import { objectIn } from './envelopes';
import type { Format, Head, Sink, Splitter } from './format';
import { iasNames } from './ias-names';
import { nameEventData } from './named-data';
import { csvLayout, csvSplitter } from './split-csv';
import { structIn } from './struct-text';
import { wordedEvent } from './windows-message';

const MIN_COLUMNS = 3;
const MIN_REGULARITY = 0.9;

/** Delimited text: by its name, or when most lines have the same number of cells below a header. */
export const csv: Format = {
  id: 'csv',
  matches(head) {
    if (/\.(csv|tsv)(\.|$)/i.test(head.name) || csvDirective(head)) return true;
    const layout = csvLayout(head.text);
    const filled = head.lines.filter((line) => line.trim());
    // Without a header too, when each line begins with a cell in quotes.
    if (
      layout.names.length > MIN_COLUMNS &&
      layout.regularity >= MIN_REGULARITY &&
      filled.every((line) => /^"[^"]*",/.test(line))
    )
      return true;
    if (
      layout.delimiter === '|' &&
      layout.names.length >= 5 &&
      layout.regularity >= MIN_REGULARITY &&
      filled.every(startsWithTime)
    )
      return true;
    const isPaired = /^"?[A-Za-z_][\w.-]{0,60}=[^",]*"?,"?[A-Za-z_][\w.-]{0,60}=/.test(head.text);
    return (
      (layout.hasHeader || isPaired) &&
      layout.names.length >= MIN_COLUMNS &&
      layout.regularity >= MIN_REGULARITY &&
      filled.length >= 3 &&
      layout.skip < filled.length // what stands above the header must not be all that there is
    );
  },
  open: (head, sink) => openCsv(head, sink),
};

/** A file that says by its name that it is CSV, and is: its lines may look like those of a text log. */
export const namedCsv: Format = {
  ...csv,
  matches(head) {
    if (!/\.(csv|tsv)(\.|$)/i.test(head.name)) return false;
    const layout = csvLayout(head.text);
    return layout.names.length >= MIN_COLUMNS && layout.regularity >= MIN_REGULARITY;
  },
};

/** Lines of a log whose program puts `|` between what it says. */
const startsWithTime = (line: string): boolean => readTime(line.split('|')[0]?.trim()) !== undefined;

function openCsv(head: Head, sink: Sink): Splitter {
  const directive = csvDirective(head);
  const layout = csvLayout(head.text);
  const names = directive ? directive.replace(/^#Fields: /i, '').split(',') : (iasNames(head.text) ?? layout.names);
  const skip = directive ? 0 : layout.skip;
  const delimiter = directive ? ',' : layout.delimiter;
  let seen = 0;
  const rows = csvSplitter(
    delimiter,
    (line, cells) => {
      seen += 1;
      if (seen <= skip || (directive && cells[0]?.startsWith('#'))) return;
      // Files put together repeat their header.
      if (skip > 0 && seen > skip + 1 && cells.length > 1 && cells.every((cell, index) => cell.trim() === names[index]))
        return;
      const filled = cells.flatMap((cell, index): [string, string][] =>
        cell.trim() === '' ? [] : [[names[index] ?? `column${index + 1}`, delimiter === '|' ? cell.trim() : cell]],
      );
      if (filled.length === 0) return;
      const row = layout.hasHeader ? filled : (pairsOf(filled) ?? filled);
      sink.record({ line, ...rowRecord(row), textIsTyped: true });
    },
    (line, message) => sink.unparsable(line, message),
  );
  let isFirst = true;
  return {
    push(text) {
      rows.push(isFirst ? text.replace(/^\uFEFF/, '') : text);
      isFirst = false;
    },
    end: () => rows.end(),
  };
}

const PAIR = /^([A-Za-z_][\w.-]{0,60})=(.*)$/s;

/** Cells that each name their own field (FortiAnalyzer's `"srcip=10.0.0.5"`), as those fields; null for any others. */
function pairsOf(cells: [string, string][]): [string, string][] | null {
  if (cells.length < MIN_COLUMNS) return null;
  const pairs: [string, string][] = [];
  for (const [, cell] of cells) {
    const [, name, value] = PAIR.exec(cell) ?? [];
    if (name === undefined || value === undefined) return null;
    pairs.push([name, value.replace(/^"(.*)"$/s, '$1')]);
  }
  return pairs.filter(([, value]) => value !== '');
}

/** A cell that is a JSON object (Purview's AuditData, EvtxECmd's Payload) is read as one, its numbers as they are written. */
function rowRecord(cells: [string, string][]): { text: string; value: Record<string, unknown> } {
  const value = Object.fromEntries<unknown>(cells);
  const isPlain = !cells.some(([, cell]) => /^\{.*\}$/s.test(cell));
  if (isPlain) {
    Object.assign(value, wordedEvent(value));
    return { text: JSON.stringify(value), value };
  }
  const members = cells.map(([name, cell]) => {
    const inner = objectIn(cell);
    const struct = inner ? null : structIn(cell);
    if (inner ?? struct) value[name] = inner ?? struct;
    return `${JSON.stringify(name)}:${inner ? cell : JSON.stringify(struct ?? cell)}`;
  });
  const text = `{${members.join(',')}}`;
  const named = nameEventData(text, value);
  return named ? { text: named, value: JSON.parse(named) as Record<string, unknown> } : { text, value }; // made of an object
}
