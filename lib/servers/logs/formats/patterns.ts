import { findTime } from '../find-time';
import { readTime } from '../read-time';
import type { Format } from './format';
import { fieldsOf, lineFormat } from './lines';

/** Logs of one program each, whose lines have one shape: the named groups are the fields, `time` the time. */
const PATTERNS: { id: string; line: RegExp }[] = [
  {
    id: 'squid',
    line: /^(?<time>\d{9,10}\.\d{3})\s+(?<duration_ms>\d+) (?<client_ip>\S+) (?<result>[A-Z_]+)\/(?<status>\d{3}) (?<bytes>\d+) (?<method>\S+) (?<url>\S+) (?<user>\S+) (?<hierarchy>[A-Z_]+)\/(?<server>\S+) (?<content_type>\S+)/,
  },
  {
    id: 'bind-query',
    line: /^(?<time>\d{1,2}-[A-Z][a-z]{2}-\d{4} \d{2}:\d{2}:\d{2}\.\d{3}) (?:queries: )?(?:\w+: )?client (?:@0x[0-9a-f]+ )?(?<client_ip>[0-9a-fA-F.:]+)#(?<client_port>\d+)(?: \([^)]*\))?: (?:view \S+: )?query: (?<query>\S+) (?<class>\S+) (?<type>\S+) (?<flags>\S+)(?: \((?<server_ip>[^)]+)\))?/,
  },
  {
    id: 'mysql-audit',
    line: /^(?<time>\d{8} \d{2}:\d{2}:\d{2}|\d{16}),(?<server_host>[^,]*),(?<user>[^,]*),(?<client_ip>[^,]*),(?<connection_id>\d*),(?<query_id>\d*),(?<operation>[A-Z_]+),(?<database>[^,]*),(?<query>'(?:[^'\\]|\\.)*'|[^,]*)(?:,(?<return_code>\d*))?/,
  },
  {
    id: 'ids-alert',
    line: /^(?<time>\d{2}\/\d{2}(?:\/\d{2,4})?-\d{2}:\d{2}:\d{2}\.\d{6})\s+(?:\[(?<action>[a-zA-Z]+)\] )?\[\*\*\] \[(?<gid>\d+):(?<sid>\d+):(?<rev>\d+)\] "?(?<signature>.*?)"? \[\*\*\](?: \[Classification: (?<classification>[^\]]*)\])?(?: \[Priority: (?<priority>\d+)\])?(?: \[[^\]]*\])* \{(?<proto>[^}]+)\} (?<src>\S+) -> (?<dst>\S+)/,
  },
];

export const patternLogs: Format[] = PATTERNS.map(({ id, line: pattern }) =>
  lineFormat({
    id,
    timeField: 'time',
    keepsLine: true,
    stamp: (fields) => fields.time,
    parser: (head) => (line) => {
      const groups = pattern.exec(line)?.groups;
      if (!groups) return null;
      const { time = '', src, dst, ...rest } = groups;
      const sides = { ...endpoint('src', src), ...endpoint('dst', dst) };
      const fields = fieldsOf(
        ['time', ...Object.keys(rest), ...Object.keys(sides)],
        [time, ...Object.values(rest), ...Object.values(sides)],
      );
      return { fields, time: readTime(time) ?? findTime(time, head.mtimeMs) ?? null };
    },
  }),
);

/** `192.0.2.1:443` as address and port. */
export function endpoint(side: string, text: string | undefined): Record<string, string> {
  if (!text) return {};
  const [, address = text, port] = /^(.*?\d.*)[:/](\d{1,5})$/.exec(text) ?? [];
  return { [`${side}_ip`]: address.replace(/^\[(.*)\]$/, '$1'), ...(port ? { [`${side}_port`]: port } : {}) };
}
