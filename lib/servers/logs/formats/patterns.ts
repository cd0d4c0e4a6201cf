import { findTime } from '../find-time';
import { readTime } from '../read-time';
import type { Format, Head } from './format';
import { fieldsOf, lineFormat } from './lines';
import { PROGRAM_PATTERNS } from './program-patterns';
import { textDateOrder } from './text-dates';

/** Logs of one program each. */
export const patternLogs: Format[] = PROGRAM_PATTERNS.map(({ id, lines, sign, skip, more }) =>
  lineFormat({
    id,
    timeField: 'time',
    keepsLine: true,
    ...(sign ? { sign: (head: Head) => sign.test(head.text) } : {}),
    stamp: (fields) => fields.time,
    parser: (head) => (line) => {
      if (skip?.test(line)) return undefined;
      const groups = lines.reduce<RegExpExecArray['groups']>(
        (found, one) => found ?? one.exec(line)?.groups,
        undefined,
      );
      if (!groups) return null;
      const { time = '', src, dst, ...rest } = groups;
      const all = { time, ...rest, ...endpoint('src', src), ...endpoint('dst', dst), ...more?.(groups) };
      const order = textDateOrder(head);
      return {
        fields: fieldsOf(Object.keys(all), Object.values(all)),
        time: readTime(time, order) ?? findTime(time, head.mtimeMs, order) ?? null,
      };
    },
  }),
);

/** `192.0.2.1:443` as address and port. */
export function endpoint(side: string, text: string | undefined): Record<string, string> {
  if (!text) return {};
  const [, address = text, port] = /^(.*?\d.*)[:/](\d{1,5})$/.exec(text) ?? [];
  return { [`${side}_ip`]: address.replace(/^\[(.*)\]$/, '$1'), ...(port ? { [`${side}_port`]: port } : {}) };
}
