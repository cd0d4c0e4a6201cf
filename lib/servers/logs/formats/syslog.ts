import { findTime, timeWithoutYear } from '../find-time';
import { readTime, zoneMinutes } from '../read-time';
import { cefFields } from './cef';
import { checkPointFields, ciscoFields, paloAltoFields, trafficFields } from './firewalls';
import type { Format, Sink } from './format';
import { keyValues, lineFormat, type ParsedLine } from './lines';
import { programFields } from './syslog-programs';
import { parseEvent } from './windows-xml';

const FACILITIES =
  'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp security console solaris-cron local0 local1 local2 local3 local4 local5 local6 local7'.split(
    ' ',
  );
const SEVERITIES = 'emerg alert crit err warning notice info debug'.split(' ');

/** The length that a relay over TCP puts before each message. */
const FRAME = /^\d{1,5} (?=<\d{1,3}>)/;
const PRI = /^<(\d{1,3})>/;
const RFC5424 = /^1 (\S+) (\S+) (\S+) (\S+) (\S+) (-|(?:\[(?:[^\]"\\]|"(?:[^"\\]|\\.)*"|\\.)*\])+)(?: (.*))?$/s;
/** Meraki: the time in seconds since 1970, the device and what kind of event it is. */
const EPOCH = /^1 (\d{10}\.\d{1,9}) (\S+) (\S+) (.*)$/s;
const ISO = /^(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?: ?(?:Z|[+-]\d{2}(?::?\d{2})?))?) /;
const SHORT =
  /^(?:(\d{4}) )?([A-Z][a-z]{2})\s+(\d{1,2})(?: (\d{4}))? (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?: (\d{4}))?:? /;
/** A time zone behind a time that has none: an offset, or an abbreviation (Cisco's `CET:`), which may be the name of a host. */
const ZONE = /^(?:([+-]\d{2}:?\d{2})|([A-Z]{1,4}))(:?) /;
const TAG = /^([\w./()@-]+(?: ?\([^)]*\))?)(?:\[(\d+)\](?:\([a-z]+\))?)?: ?(.*)$/s;

/** What journalctl says about the journal between its lines. */
const JOURNAL_REMARK = /^-- (?:(?:Journal|Logs) begins? at |Boot [0-9a-f]|Reboot --|No entries --)/;

/** MikroTik writes topics (`firewall,info`) where others name a program. */
const TOPICS = /^([a-z]+(?:,!?[a-z]+)+)() (.*)$/s;

/** Syslog after RFC 3164 and 5424, with or without priority, with short or ISO times; sshd, sudo and others in fields. */
export const syslog: Format = lineFormat({
  id: 'syslog',
  timeField: 'timestamp',
  keepsLine: true,
  stamp: (fields) => fields.timestamp,
  parser: (head) => (line, sink) => (JOURNAL_REMARK.test(line) ? undefined : parseSyslog(line, head.mtimeMs, sink)),
});

/** `before`: milliseconds after which a time without a year can't lie. */
export function parseSyslog(line: string, before: number, sink: Sink): ParsedLine | null {
  const framed = line.replace(FRAME, '');
  const pri = PRI.exec(framed);
  const rest = pri ? framed.slice(pri[0].length) : framed;
  const fields: Record<string, unknown> = {};
  if (pri) {
    fields.facility = FACILITIES[Number(pri[1]) >> 3];
    fields.severity = SEVERITIES[Number(pri[1]) & 7];
  }
  const modern = RFC5424.exec(rest);
  if (modern) return parse5424(fields, modern);
  const epoch = pri ? EPOCH.exec(rest) : null;
  if (epoch) {
    const [, timestamp = '', host, program, message = ''] = epoch;
    const all = { ...fields, timestamp, host, program, ...messageFields(message, program) };
    return { fields: all, time: readTime(timestamp) ?? null };
  }
  const time = headerTime(rest, before, sink);
  // FortiGate and others put pairs right behind the priority: those lines have a format of their own.
  if (/^\s*\w+=/.test(rest)) return null;
  if (!time)
    return pri && rest ? { fields: { ...fields, ...untagged(rest) }, time: findTime(rest, before) ?? null } : null;
  fields.timestamp = time.text;
  let body = rest.slice(time.length);
  const host = /^(\S+) /.exec(body);
  if (host && !/^[\w./()-]+(?:\[\d+\])?:$/.test(host[1] ?? '') && !/^(?:CEF|LEEF):|^(?:: )?%[A-Z]/.test(body)) {
    fields.host = host[1];
    body = body.slice(host[0].length);
  }
  // A line with a time and nothing that a program would write is no syslog: some application's own log.
  const tag = TAG.exec(body) ?? TOPICS.exec(body);
  if (
    !tag &&
    !pri &&
    !/(?:CEF|LEEF):|^\d+,|^(?:: )?%[A-Z][A-Z0-9_]*-/.test(body) &&
    !/^(?:last message repeated|-- MARK --|message repeated)/.test(body)
  )
    return null;
  return { fields: withHeader(fields, tagged(body, tag)), time: time.micros ?? null };
}

/** What the message says, before what the line's head says: where both have a name, the head's is below `envelope`. */
function withHeader(head: Record<string, unknown>, message: Record<string, unknown>): Record<string, unknown> {
  const clashing = Object.entries(head).filter(([name, value]) => name in message && message[name] !== value);
  return { ...head, ...message, ...(clashing.length ? { envelope: Object.fromEntries(clashing) } : {}) };
}

/** Cisco's IOS: a counter, a host and a time of its own before the message. */
function untagged(text: string): Record<string, unknown> {
  const [, host, body] = /^\d*: ?(?:(\S+): )?.*?: (%[A-Z].*)$/s.exec(text) ?? [];
  return body ? { ...(host ? { host } : {}), ...messageFields(body) } : messageFields(text);
}

function tagged(body: string, tag: RegExpExecArray | null): Record<string, unknown> {
  if (!tag || /^(?:CEF|LEEF)$/.test(tag[1] ?? '')) return messageFields(body);
  const program = tag[1] ?? '';
  const message = tag[3] ?? '';
  return {
    program,
    ...(tag[2] ? { pid: tag[2] } : {}),
    ...messageFields(message, program.replace(/\(.*$/, '').split('/').at(-1)),
  };
}

function parse5424(fields: Record<string, unknown>, match: RegExpExecArray): ParsedLine {
  const [, stamp = '', host, program, pid, id, data = '-', message = ''] = match;
  for (const [name, value] of [
    ['timestamp', stamp],
    ['host', host],
    ['program', program],
    ['pid', pid],
    ['msgid', id],
  ] as const)
    if (value && value !== '-') fields[name] = value;
  const event = checkPointFields(data);
  if (event) Object.assign(fields, event);
  else if (data !== '-') fields.structured_data = structuredData(data);
  const plain = message.replace(/^\uFEFF/, '');
  return { fields: withHeader(fields, messageFields(plain, program)), time: readTime(stamp) ?? null };
}

function structuredData(text: string): Record<string, Record<string, string>> {
  const found: Record<string, Record<string, string>> = {};
  for (const element of text.matchAll(/\[([^\s\]]+)((?:[^\]"\\]|"(?:[^"\\]|\\.)*"|\\.)*)\]/g)) {
    const values: Record<string, string> = {};
    for (const pair of (element[2] ?? '').matchAll(/([^\s="]+)="((?:[^"\\]|\\.)*)"/g))
      values[pair[1] ?? ''] = (pair[2] ?? '').replace(/\\(["\\\]])/g, '$1');
    found[element[1] ?? ''] = values;
  }
  return found;
}

function headerTime(text: string, before: number, sink: Sink): HeaderTime | null {
  const iso = ISO.exec(text);
  if (iso) return withZone(text, { text: iso[1] ?? '', length: iso[0].length, micros: readTime(iso[1]) });
  const short = SHORT.exec(text);
  if (!short) return null;
  const [all, yearFirst, month = '', day = '', yearInside, hour, minute, second, fraction, yearLast] = short;
  const year = yearFirst ?? yearInside ?? yearLast;
  const stamp = all.trim().replace(/:$/, '');
  if (year) {
    const clock = `${hour}:${minute}:${second}${fraction ? `.${fraction}` : ''}`;
    return withZone(text, { text: stamp, length: all.length, micros: readTime(`${month} ${day}, ${year} ${clock}`) });
  }
  sink.note('assumedYear');
  const micros = timeWithoutYear([month, day, hour, minute, second, fraction], before);
  return withZone(text, { text: stamp, length: all.length, micros });
}

type HeaderTime = { text: string; length: number; micros: number | undefined };

/** The time with the zone that stands behind it. */
function withZone(text: string, time: HeaderTime): HeaderTime {
  const [all = '', offset, word = '', colon] = ZONE.exec(text.slice(time.length)) ?? [];
  const minutes = offset ? minutesOf(offset) : zoneMinutes(word);
  // An unknown word is a host, unless nothing but a zone stands there.
  if (!all || (minutes === undefined && !colon) || time.micros === undefined) return time;
  return {
    text: `${time.text} ${offset ?? word}`,
    length: time.length + all.length,
    micros: time.micros - (minutes ?? 0) * 60_000_000,
  };
}

const minutesOf = (offset: string): number =>
  (offset.startsWith('-') ? -1 : 1) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2)));

/** What a message holds beside its text: JSON, CEF or LEEF, the fields of known programs, or `key=value` pairs. */
function messageFields(message: string, program?: string): Record<string, unknown> {
  const json = /^(?:@cee: ?)?(\{.*\})\s*$/s.exec(message)?.[1];
  if (json) {
    try {
      const parsed: unknown = JSON.parse(json);
      if (typeof parsed === 'object' && parsed !== null) return { message, ...parsed };
    } catch {
      // not JSON after all: the message stays text
    }
  }
  // Sysmon for Linux, and Windows events through an agent.
  const xml = /^<Event[\s>]/.test(message) ? parseEvent(message) : null;
  if (xml) return { message, Event: xml.fields };
  const event = cefFields(message);
  if (event) return { message, ...event.fields };
  const known =
    (program ? programFields(program, message) : undefined) ??
    ciscoFields(message) ??
    paloAltoFields(message) ??
    checkPointFields(message) ??
    trafficFields(message);
  if (known) return { message, ...known };
  const pairs = message.includes('=') ? keyValues(message) : {};
  return Object.keys(pairs).length >= 3 ? { ...pairs, message } : { message };
}
