import { type DateOrder, readTime } from '../read-time';
import type { Format } from './format';
import { keyValues, lineFormat, type ParsedLine } from './lines';

const LINE =
  /^(?:<\d{1,3}>)?(?:.*?\b(?:audispd|audit|audisp-syslog)(?:\[\d+\])?: )?(?:node=(\S+) )?type=(\S+) (?:msg=)?audit\((\d{10}(?:\.\d{1,6})?|\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4} \d{2}:\d{2}:\d{2}\.\d{3}):(\d+)\) ?:\s*(.*)$/s;
/** Fields that auditd writes in hexadecimal when they hold spaces or odd characters. */
const HEX_FIELDS = [
  'proctitle',
  'cmd',
  'comm',
  'exe',
  'name',
  'cwd',
  'data',
  'acct',
  'a0',
  'a1',
  'a2',
  'a3',
  'a4',
  'a5',
];

/** What a program of the shadow suite says that it does has blanks and no quotes: `op=adding user acct="eva"`. */
const SPACED_OP = /(?<=^|\s)op=([^\s"'=]+(?: [^\s"'=]+)+)(?=\s+[\w-]+=|$)/;

/** What the record of the system call says of who and with what, which the other records of its event leave out. */
const OF_EVENT = ['auid', 'uid', 'AUID', 'UID', 'ses', 'exe', 'key', 'success'];

/** Gives each record of an event what its system call says. The records of an event follow each other under one number. */
function eventMemory(): (fields: Record<string, unknown>) => void {
  let serial: unknown;
  let shared: Record<string, unknown> = {};
  return (fields) => {
    if (fields.serial !== serial) {
      serial = fields.serial;
      shared = {};
    }
    if (fields.type === 'SYSCALL')
      for (const name of OF_EVENT) if (fields[name] !== undefined) shared[name] = fields[name];
    for (const [name, value] of Object.entries(shared)) fields[name] ??= value;
  };
}

/** Linux audit logs (auditd, laurel's text form, ausearch as it is, with --raw and with --interpret). */
export const audit: Format = lineFormat({
  id: 'auditd',
  timeField: 'msg=audit(…)',
  keepsLine: true,
  stamp: (_fields, head) => /audit\([^)]* (\d{2}:\d{2}:\d{2})/.exec(head.text)?.[1],
  parser: (head) => {
    // `ausearch --interpret` writes dates as its locale does.
    const order = /audit\((?:1[3-9]|[23]\d)[/.]/.test(head.text) ? 'dmy' : undefined;
    const complete = eventMemory();
    return (line) => {
      const record = parseRecord(line, order);
      if (record) complete(record.fields);
      return record;
    };
  },
});

function parseRecord(line: string, order: DateOrder | undefined): ParsedLine | null | undefined {
  if (/^-{4}$|^time->/.test(line)) return undefined; // ausearch's separators
  const match = LINE.exec(line);
  if (!match) return null;
  const [, node, type, time = '', serial, body = ''] = match;
  const inner = /\bmsg='([^']*)'/.exec(body)?.[1];
  const pairs = time.includes(' ') ? interpretedValues : keyValues;
  const fields: Record<string, unknown> = {
    type,
    serial,
    ...(node ? { node } : {}),
    ...pairs(body.replace(/\bmsg='[^']*'/, ' ').replaceAll('\x1d', ' ')),
    ...(inner ? pairs(inner.replace(SPACED_OP, 'op="$1"')) : {}),
  };
  const isExec = type === 'EXECVE' || type === 'PATH' || type === 'PROCTITLE' || type?.startsWith('USER');
  for (const name of HEX_FIELDS) {
    const value = fields[name];
    if (typeof value !== 'string' || !/^(?:[0-9A-F]{2})+$/.test(value)) continue;
    // A short word may be one by itself (`a1=-p a2=22`); a command line as auditd writes it is quoted or hexadecimal.
    if (value.length < 6 && !(name === 'proctitle' && pairs === keyValues && body.includes(`proctitle=${value}`)))
      continue;
    if (/^a\d$/.test(name) && !isExec) continue;
    const text = Buffer.from(value, 'hex').toString('utf8').replaceAll('\0', ' ').trim();
    if (!/[\x00-\x08\x0e-\x1f\uFFFD]/.test(text)) fields[name] = text;
  }
  return { fields, time: readTime(time, order) ?? null };
}

/** Interpreted values have no quotes: each goes on to the next name. A command line is the rest of its record. */
function interpretedValues(text: string): Record<string, string> {
  const command = /^proctitle=(.*)$/s.exec(text.trim())?.[1];
  if (command !== undefined) return { proctitle: command };
  const pairs = text.trim().split(/\s+(?=[A-Za-z][\w-]*=)/);
  return Object.fromEntries(
    pairs.flatMap((pair): [string, string][] => {
      const at = pair.indexOf('=');
      const value = pair.slice(at + 1).trim();
      return at > 0 && value && value !== '?' ? [[pair.slice(0, at), value]] : [];
    }),
  );
}
