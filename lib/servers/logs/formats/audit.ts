import { readTime } from '../read-time';
import type { Format } from './format';
import { keyValues, lineFormat } from './lines';

const LINE =
  /^(?:<\d{1,3}>)?(?:.*?\b(?:audispd|audit|audisp-syslog)(?:\[\d+\])?: )?(?:node=(\S+) )?type=(\S+) (?:msg=)?audit\((\d{10}(?:\.\d{1,6})?):(\d+)\):\s*(.*)$/s;
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

/** Linux audit logs (auditd, laurel's text form, ausearch --raw). */
export const audit: Format = lineFormat({
  id: 'auditd',
  timeField: 'msg=audit(…)',
  keepsLine: true,
  parser: () => (line) => {
    if (/^-{4}$|^time->/.test(line)) return undefined; // ausearch's separators
    const match = LINE.exec(line);
    if (!match) return null;
    const [, node, type, time, serial, body = ''] = match;
    const inner = /\bmsg='([^']*)'/.exec(body)?.[1];
    const fields: Record<string, unknown> = {
      type,
      serial,
      ...(node ? { node } : {}),
      ...keyValues(body.replace(/\bmsg='[^']*'/, ' ').replaceAll('\x1d', ' ')),
      ...(inner ? keyValues(inner) : {}),
    };
    const isExec = type === 'EXECVE' || type === 'PATH' || type === 'PROCTITLE' || type?.startsWith('USER');
    for (const name of HEX_FIELDS) {
      const value = fields[name];
      if (typeof value !== 'string' || !/^(?:[0-9A-F]{2}){3,}$/.test(value)) continue;
      if (/^a\d$/.test(name) && !isExec) continue;
      const text = Buffer.from(value, 'hex').toString('utf8').replaceAll('\0', ' ').trim();
      if (!/[\x00-\x08\x0e-\x1f\uFFFD]/.test(text)) fields[name] = text;
    }
    return { fields, time: readTime(time) ?? null };
  },
});
