import type { Format, Sink, Splitter } from './format';
import { textLines } from './lines';

/** A property of PowerShell's Format-List: its name, padded so that the colons of a record stand below each other. */
const PROPERTY = /^([A-Za-z_@][\w .@()/-]{0,80}?)( *) : ?(.*)$/;
/** More characters of one value are left out. */
const MAX_VALUE = 1_000_000;

type Property = { name: string; column: number; value: string };

function propertyOf(line: string): Property | null {
  const match = PROPERTY.exec(line.slice(0, 200));
  if (!match) return null;
  const [, name = '', padding = ''] = match;
  const column = name.length + padding.length + 1;
  return { name, column, value: line.slice(column + 1).trimStart() };
}

/**
 * Records of PowerShell's `Format-List`: a property a line, values of several lines indented, empty lines between records and
 * within values. A record begins with the property that the file begins with.
 */
export const propertyList: Format = {
  id: 'property-list',
  matches(head) {
    const lines = head.lines.slice(0, 200).filter((line) => line.trim());
    const properties = lines.flatMap((line) => propertyOf(line) ?? []);
    const column = properties[0]?.column;
    return (
      column !== undefined &&
      propertyOf(lines[0] ?? '') !== null &&
      properties.length >= 3 &&
      lines.every((line) => propertyOf(line)?.column === column || startsBehind(line, column))
    );
  },
  open: (_head, sink) => openList(sink),
};

const startsBehind = (line: string, column: number): boolean => line.slice(0, column + 1).trim() === '';

function openList(sink: Sink): Splitter {
  let fields: Record<string, string> = {};
  let first: { line: number; name: string; column: number } | null = null;
  let last = '';
  const finish = (): void => {
    if (first) sink.record({ line: first.line, text: JSON.stringify(fields), value: fields, textIsTyped: true });
    fields = {};
    first = null;
  };
  const accept = (line: number, { name, column, value }: Property): void => {
    if (first && (name === first.name || column !== first.column)) finish();
    first ??= { line, name, column };
    last = name;
    if (value) fields[name] = value;
  };
  return textLines(
    (line, text) => {
      if (!text.trim()) return;
      if (first && startsBehind(text, first.column)) {
        const known = fields[last] ?? '';
        if (known.length < MAX_VALUE) fields[last] = known ? `${known}\n${text.trim()}` : text.trim();
        return;
      }
      const property = propertyOf(text);
      if (property) return accept(line, property);
      finish();
      sink.note('unmatched');
      sink.record({ line, text: JSON.stringify({ line: text }), value: { line: text }, textIsTyped: true });
    },
    (line, message) => sink.unparsable(line, message),
    finish,
  );
}
