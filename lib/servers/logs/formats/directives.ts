import { readTime } from '../read-time';
import type { Format, Head } from './format';
import { fieldsOf, type LineParser, lineFormat } from './lines';

/** Zeek's TSV logs: `#separator`, `#fields`, `#types`, `#unset_field` say how to read the lines. */
export const zeek: Format = lineFormat({
  id: 'zeek',
  timeField: 'ts',
  sign: (head) => head.lines.slice(0, 10).some((line) => line.startsWith('#separator') || /^#fields\s+\S/.test(line)),
  logName: (head) => /^#path\s+(\S+)/m.exec(head.text)?.[1] ?? null,
  parser: () => zeekParser(),
});

function zeekParser(): LineParser {
  let separator = '\t';
  let setSeparator = ',';
  let empty = '(empty)';
  let unset = '-';
  let names: string[] = [];
  let types: string[] = [];
  const directive = (line: string): void => {
    const [, name = '', rest = ''] = /^#(\w+)[\t ]?(.*)$/.exec(line) ?? [];
    const value = rest.replace(/\\x([0-9a-fA-F]{2})/g, (_all, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
    const words = line.split(separator).slice(1);
    if (name === 'separator') separator = value || '\t';
    else if (name === 'set_separator') setSeparator = value.startsWith(separator) ? value.slice(1) : value;
    else if (name === 'empty_field') empty = words[0] ?? value;
    else if (name === 'unset_field') unset = words[0] ?? value;
    else if (name === 'fields') names = words;
    else if (name === 'types') types = words;
  };
  return (line) => {
    if (line.startsWith('#')) {
      directive(line);
      return undefined;
    }
    const cells = line.split(separator);
    if (names.length === 0 || cells.length < 2) return null;
    const fields: Record<string, unknown> = {};
    for (const [index, cell] of cells.entries()) {
      if (cell === unset || cell === '') continue;
      const type = types[index] ?? '';
      const text = cell.replace(/\\x([0-9a-fA-F]{2})/g, (_all, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
      fields[names[index] ?? `column${index + 1}`] = zeekValue(text, type, setSeparator, empty);
    }
    const at = names.indexOf('ts');
    return { fields, time: readTime(cells[at < 0 ? types.indexOf('time') : at]) ?? null };
  };
}

function zeekValue(cell: string, type: string, setSeparator: string, empty: string): unknown {
  if (/^(set|vector|table)\b/.test(type)) return cell === empty ? [] : cell.split(setSeparator);
  if (type === 'bool') return cell === 'T';
  return cell === empty ? '' : cell;
}

/** W3C extended logs (IIS, CloudFront, proxies): `#Fields:` names the columns, values are split by spaces or tabs. */
export const w3c: Format = lineFormat({
  id: 'w3c',
  timeField: 'date + time',
  // The standard says UTC; Windows' firewall says otherwise.
  stamp: (fields, head) => (/^#Time Format:\s*Local/im.test(head.text) ? fields.time : null),
  sign: (head) => head.lines.slice(0, 20).some((line) => /^#Fields:/i.test(line)) && csvDirective(head) === null,
  parser: (head) => {
    const software = /^#Software:\s*(.+)$/im.exec(head.text)?.[1] ?? '';
    let names: string[] = [];
    let day = /^#Date:\s*(\d{4}-\d{2}-\d{2})/im.exec(head.text)?.[1] ?? null;
    return (line) => {
      if (line.startsWith('#')) {
        const fields = /^#Fields:\s*(.*)$/i.exec(line);
        if (fields) names = (fields[1] ?? '').trim().split(/\s+/);
        day = /^#Date:\s*(\d{4}-\d{2}-\d{2})/i.exec(line)?.[1] ?? day;
        return undefined;
      }
      if (names.length === 0) return null;
      const cells = line.includes('\t') ? line.split('\t') : quotedWords(line);
      if (cells.length < 2) return null;
      // IIS writes spaces inside a value as +.
      const plus = /Internet Information/i.test(software);
      const values = cells.map((cell, index) =>
        plus && /User-Agent|Referer/i.test(names[index] ?? '') ? cell.replaceAll('+', ' ') : cell,
      );
      const fields = fieldsOf(names, values);
      const date = fields.date ?? day;
      const time =
        fields.time !== undefined && date
          ? readTime(`${String(date)} ${String(fields.time)}`)
          : readTime(fields['x-timestamp'] ?? fields.timestamp ?? fields['date-time'] ?? fields['#timestamp']);
      return { fields, time: time ?? null };
    };
  },
});

function quotedWords(line: string): string[] {
  return [...line.matchAll(/"((?:[^"]|"")*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
}

/** Whether the head has an Exchange-style `#Fields: a,b` line: CSV with its header in a directive. */
export const csvDirective = (head: Head): string | null =>
  head.lines.slice(0, 10).find((line) => /^#Fields: [^ ,]+,[^ ]+/i.test(line)) ?? null;
