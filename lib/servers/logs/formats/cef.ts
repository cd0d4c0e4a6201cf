import { timeWithoutYear } from '../find-time';
import { readTime } from '../read-time';
import type { Format } from './format';
import { lineFormat } from './lines';

const CEF_HEADER = ['device_vendor', 'device_product', 'device_version', 'signature_id', 'name', 'severity'];

/** Lines of the Common Event Format and LEEF, with or without a syslog header before them. */
export const cef: Format = lineFormat({
  id: 'cef',
  timeField: 'rt',
  keepsLine: true,
  parser: (head) => (line) => {
    const event = cefFields(line);
    if (!event) return null;
    const header = line.slice(0, event.start).replace(/^<\d{1,3}>(?:1 )?/, '');
    const time =
      event.time ?? readTime(/^\S*\d{4}-\d{2}-\d{2}T\S+/.exec(header)?.[0]) ?? headerTime(header, head.mtimeMs);
    const host = /\s(\S+)(?: \S+\[?\d*\]?:)?\s*$/.exec(header)?.[1];
    return {
      fields: host && !/^[\d:]+$/.test(host) ? { ...event.fields, syslog_host: host } : event.fields,
      time: time ?? null,
    };
  },
});

function headerTime(header: string, before: number): number | undefined {
  const short = /([A-Z][a-z]{2})\s+(\d{1,2})(?: \d{4})? (\d{2}):(\d{2}):(\d{2})/.exec(header);
  const year = /[A-Z][a-z]{2}\s+\d{1,2} (\d{4}) \d{2}:\d{2}:\d{2}/.exec(header)?.[1];
  if (short && year) return readTime(`${short[1]} ${short[2]}, ${year} ${short[3]}:${short[4]}:${short[5]}`);
  return short ? timeWithoutYear(short.slice(1), before) : undefined;
}

/** The event in a text: its fields, its own time, and where it starts; undefined when there is none. */
export function cefFields(
  text: string,
): { fields: Record<string, unknown>; time: number | undefined; start: number } | undefined {
  const found = /(?:^|[\s:"])(CEF:\s?\d|LEEF:\s?\d)(?:\.\d)?\|/.exec(text);
  if (!found) return undefined;
  const start = found.index + found[0].indexOf(found[1] ?? '');
  return found[1]?.startsWith('CEF') ? readCef(text, start) : readLeef(text, start);
}

function readCef(text: string, start: number): ReturnType<typeof cefFields> {
  const parts = splitHeader(text.slice(start), 7);
  if (parts.length < 7) return undefined;
  const fields: Record<string, unknown> = { cef_version: parts[0]?.replace(/^CEF:\s?/, '') };
  for (const [index, name] of CEF_HEADER.entries()) if (parts[index + 1]) fields[name] = parts[index + 1];
  Object.assign(fields, extension(parts[7] ?? '', ' '));
  for (const name of Object.keys(fields)) nameCustom(fields, name);
  const time = readTime(fields.rt) ?? readTime(fields.start) ?? readTime(fields.end);
  return { fields, time, start };
}

/** `cs1=x cs1Label=Policy` also as `Policy`. */
function nameCustom(fields: Record<string, unknown>, name: string): void {
  const base = /^(\w+)Label$/.exec(name)?.[1];
  const label = fields[name];
  if (base && fields[base] !== undefined && typeof label === 'string' && fields[label] === undefined)
    fields[label] = fields[base];
}

function readLeef(text: string, start: number): ReturnType<typeof cefFields> {
  const version = /^LEEF:\s?([\d.]+)/.exec(text.slice(start))?.[1] ?? '1.0';
  const isSecond = version.startsWith('2');
  const parts = splitHeader(text.slice(start), isSecond ? 6 : 5);
  if (parts.length < 5) return undefined;
  const fields: Record<string, unknown> = { leef_version: version };
  for (const [index, name] of ['device_vendor', 'device_product', 'device_version', 'event_id'].entries())
    if (parts[index + 1]) fields[name] = parts[index + 1];
  // Some senders of the first version (Palo Alto) put `|` between the attributes.
  const sign = isSecond ? delimiterOf(parts[5] ?? '') : /\|[\w.-]+=/.test(parts[5] ?? '') ? '|' : '\t';
  const body = (isSecond ? parts[6] : parts[5]) ?? '';
  Object.assign(fields, extension(body, body.includes(sign) ? sign : ' '));
  return { fields, time: readTime(fields.devTime), start };
}

function delimiterOf(text: string): string {
  const hex = /^(?:0?x)([0-9a-fA-F]{2})$/.exec(text)?.[1];
  return hex ? String.fromCharCode(Number.parseInt(hex, 16)) : text || '\t';
}

/** The first `count` parts between pipes, and the rest; `\|` is no border. */
function splitHeader(text: string, count: number): string[] {
  const parts: string[] = [];
  let part = '';
  let at = 0;
  for (; at < text.length && parts.length < count; at += 1) {
    if (text[at] === '\\' && (text[at + 1] === '|' || text[at + 1] === '\\')) {
      part += text[at + 1];
      at += 1;
    } else if (text[at] === '|') {
      parts.push(part.trim());
      part = '';
    } else part += text[at];
  }
  parts.push(parts.length < count ? part.trim() : text.slice(at));
  return parts;
}

function extension(text: string, delimiter: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of delimiter === ' ' ? spacedPairs(text) : delimitedPairs(text, delimiter))
    if (name && value !== '')
      fields[name] = value
        .trim()
        .replace(/\\([=\\|])/g, '$1')
        .replace(/\\n/g, '\n');
  return fields;
}

/** `a=1 b=two words c=3`: a value ends where the next name starts. */
function spacedPairs(text: string): [string, string][] {
  const starts = [...text.matchAll(/(?:^|\s)([\w.[\]-]+)=/g)];
  return starts.map((start, index) => [
    start[1] ?? '',
    text.slice(start.index + start[0].length, starts[index + 1]?.index ?? text.length),
  ]);
}

const delimitedPairs = (text: string, delimiter: string): [string, string][] =>
  text.split(delimiter).map((pair) => [pair.slice(0, pair.indexOf('=')).trim(), pair.slice(pair.indexOf('=') + 1)]);
