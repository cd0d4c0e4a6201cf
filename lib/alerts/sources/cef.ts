import type { Entity, Severity } from '../schema';
import { type Doc, toTime } from './fields';
import type { Reading } from './reading';
import { severityOfNumber, severityOfWord } from './severity';

/** Longer lines are log dumps. */
const MAX_LINE = 60_000;

export type CefEvent = {
  vendor: string;
  product: string;
  signature: string;
  name: string;
  severity: string;
  fields: Record<string, string>;
};

/**
 * The ArcSight CEF or IBM LEEF event in a text, with or without a syslog header before it; undefined when there is none.
 * One pass over the text.
 */
export function parseCef(line: string): CefEvent | undefined {
  if (line.length > MAX_LINE) return undefined;
  const start = line.search(/\b(?:CEF|LEEF):\s?\d/);
  if (start < 0) return undefined;
  const text = line.slice(start);
  return text.startsWith('CEF') ? readCef(text) : readLeef(text);
}

/** CEF:Version|Vendor|Product|Device version|Signature id|Name|Severity|key=value … */
function readCef(text: string): CefEvent | undefined {
  const { parts, rest } = header(text, 7);
  const [, vendor = '', product = '', , signature = '', name = '', severity = ''] = parts;
  return parts.length < 7
    ? undefined
    : { vendor, product, signature, name, severity, fields: pairs(rest, /(?:^|\s)([\w.[\]-]{1,80})=/g) };
}

/** LEEF:1.0|Vendor|Product|Version|Event id|key=value<tab>…; 2.0 has the separator as a further part. */
function readLeef(text: string): CefEvent | undefined {
  const isTwo = /^LEEF:\s?2/.test(text);
  const { parts, rest } = header(text, isTwo ? 6 : 5);
  const [, vendor = '', product = '', , signature = '', separator = ''] = parts;
  if (parts.length < 5) return undefined;
  const code = /^(?:0x|x)([0-9a-f]{1,4})$/i.exec(separator)?.[1];
  const mark = isTwo && separator !== '' ? (code ? String.fromCharCode(Number.parseInt(code, 16)) : separator) : '\t';
  const fields = Object.fromEntries(
    rest.split(mark).flatMap((pair) => {
      const at = pair.indexOf('=');
      return at > 0 ? [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()]] : [];
    }),
  );
  const name = fields.eventName ?? fields.name ?? fields.cat ?? signature;
  return { vendor, product, signature, name, severity: fields.sev ?? fields.severity ?? '', fields };
}

/** The parts of a header up to `count` bars that are not escaped. */
function header(text: string, count: number): { parts: string[]; rest: string } {
  const parts: string[] = [];
  let part = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === '\\' && at + 1 < text.length) {
      part += text[at + 1];
      at += 1;
    } else if (char === '|') {
      parts.push(part.trim());
      part = '';
      if (parts.length === count) return { parts, rest: text.slice(at + 1) };
    } else part += char;
  }
  return { parts: [...parts, part.trim()], rest: '' };
}

/** Values run until the next ` key=`. */
function pairs(text: string, key: RegExp): Record<string, string> {
  const marks = [...text.matchAll(key)].filter(({ index }) => text[index - 1] !== '\\');
  const entries = marks.map(({ 0: whole, 1: name = '', index }, position) => {
    const value = text.slice(index + whole.length, marks[position + 1]?.index ?? text.length);
    return [
      name,
      value
        .replace(/\\([=\\|])/g, '$1')
        .replace(/\\[rn]/g, ' ')
        .trim(),
    ] as const;
  });
  return Object.fromEntries(entries);
}

const KIND_OF_FIELD: Record<string, Entity['kind']> = {
  suser: 'user',
  duser: 'user',
  usrName: 'user',
  user: 'user',
  identSrc: 'ip',
  src: 'ip',
  dst: 'ip',
  dvc: 'ip',
  c6a2: 'ip',
  c6a3: 'ip',
  sourceTranslatedAddress: 'ip',
  shost: 'host',
  dhost: 'host',
  dvchost: 'host',
  identHostName: 'host',
  request: 'url',
  url: 'url',
  fname: 'file',
  filePath: 'file',
  fileHash: 'hash',
  sproc: 'process',
  dproc: 'process',
};

/** CEF counts severity to 10 (0–3 low, 4–6 medium, 7–8 high, 9–10 critical), or names it. LEEF counts the same way. */
function severityOfCef(severity: string): Severity | undefined {
  const number = /^\d{1,2}$/.test(severity) ? Number(severity) : undefined;
  return severityOfWord(severity) ?? severityOfNumber(number, { low: 1, medium: 4, high: 7, critical: 9 });
}

/** A reading of a document that carries a CEF or LEEF event as text; its own time and host stand behind the event's. */
export function readCefEvent(event: CefEvent, doc: Doc): Reading {
  const { fields } = event;
  const entities = Object.entries(fields).flatMap(([key, value]): Entity[] => {
    const kind = KIND_OF_FIELD[key];
    return kind && value !== '' && value.length <= 2048 ? [{ kind, value }] : [];
  });
  const host = doc.host ?? doc.hostname;
  return {
    ref: fields.externalId,
    title: event.name || event.signature,
    description: fields.msg ?? fields.reason ?? '',
    rule: event.signature || event.name,
    severity: severityOfCef(event.severity),
    time:
      toTime(fields.rt ?? fields.end ?? fields.start ?? fields.devTime) ??
      toTime(doc['@timestamp'] ?? doc.timestamp ?? doc.time ?? doc._time),
    techniques: Object.values(fields),
    entities: typeof host === 'string' && host !== '' ? [...entities, { kind: 'host', value: host }] : entities,
    scan: fields,
  };
}

/** The event that a document carries as text in one of the usual fields. */
export function cefIn(doc: Doc): CefEvent | undefined {
  for (const key of [
    'message',
    'msg',
    'raw',
    '_raw',
    'cef',
    'CEF',
    'leef',
    'log',
    'event',
    'event.original',
    'original',
    'data',
    'text',
    'line',
  ]) {
    const value = doc[key];
    const event = typeof value === 'string' ? parseCef(value) : undefined;
    if (event) return event;
  }
  return undefined;
}
