import { csvDirective } from './directives';
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
    return (
      layout.hasHeader &&
      layout.names.length >= MIN_COLUMNS &&
      layout.regularity >= MIN_REGULARITY &&
      head.lines.filter((line) => line.trim()).length >= 3
    );
  },
  open: (head, sink) => openCsv(head, sink),
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
      const value = Object.fromEntries(filled);
      sink.record({ line, text: JSON.stringify(value), value, textIsTyped: true });
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
