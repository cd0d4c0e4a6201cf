import { csvDirective } from './directives';
import { objectIn } from './envelopes';
import type { Format, Head, Sink, Splitter } from './format';
import { csvLayout, csvSplitter } from './split-csv';

const MIN_COLUMNS = 3;
const MIN_REGULARITY = 0.9;

/** Delimited text: by its name, or when most lines have the same number of cells below a header. */
export const csv: Format = {
  id: 'csv',
  matches(head) {
    if (/\.(csv|tsv)(\.|$)/i.test(head.name) || csvDirective(head)) return true;
    const layout = csvLayout(head.text);
    const isPaired = /^"?[A-Za-z_][\w.-]{0,60}=[^",]*"?,"?[A-Za-z_][\w.-]{0,60}=/.test(head.text);
    return (
      (layout.hasHeader || isPaired) &&
      layout.names.length >= MIN_COLUMNS &&
      layout.regularity >= MIN_REGULARITY &&
      head.lines.filter((line) => line.trim()).length >= 3
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

function openCsv(head: Head, sink: Sink): Splitter {
  const directive = csvDirective(head);
  const layout = csvLayout(head.text);
  const names = directive ? directive.replace(/^#Fields: /i, '').split(',') : layout.names;
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
        cell === '' ? [] : [[names[index] ?? `column${index + 1}`, cell]],
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
  const isPlain = !cells.some(([, cell]) => cell.startsWith('{') && cell.endsWith('}'));
  if (isPlain) return { text: JSON.stringify(value), value };
  const members = cells.map(([name, cell]) => {
    const inner = objectIn(cell);
    if (inner) value[name] = inner;
    return `${JSON.stringify(name)}:${inner ? cell : JSON.stringify(cell)}`;
  });
  return { text: `{${members.join(',')}}`, value };
}
