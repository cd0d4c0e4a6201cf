import { isIP } from 'node:net';

/** A log of one program, whose lines have a few shapes: the named groups are the fields, `time` the time. */
type ProgramPattern = {
  id: string;
  lines: RegExp[];
  /** What its beginning has, where the lines alone could be another program's. */
  sign?: RegExp;
  /** Headings and closing lines, which are no events. */
  skip?: RegExp;
  /** Fields made of others. */
  more?(fields: Record<string, string | undefined>): Record<string, string>;
};

const NUMERIC_TIME = String.raw`\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4} \d{1,2}:\d{2}:\d{2}(?: [AP]M)?`;
const BIND_TIME = String.raw`\d{1,2}-[A-Z][a-z]{2}-\d{4} \d{2}:\d{2}:\d{2}\.\d{3}`;
const BIND_CLIENT = String.raw`client (?:@0x[0-9a-f]+ )?(?<client_ip>[0-9a-fA-F.:]+)#(?<client_port>\d+)(?:/key \S+)?(?: \([^)]*\))?:`;

export const PROGRAM_PATTERNS: ProgramPattern[] = [
  {
    id: 'squid',
    lines: [
      /^(?<time>\d{9,10}\.\d{3})\s+(?<duration_ms>\d+) (?<client_ip>\S+) (?<result>[A-Z_]+)\/(?<status>\d{3}) (?<bytes>\d+) (?<method>\S+) (?<url>\S+) (?<user>\S+) (?<hierarchy>[A-Z_]+)\/(?<server>\S+) (?<content_type>\S+)/,
    ],
    // A parent proxy is not where the request went.
    more: ({ hierarchy = '', server = '' }): Record<string, string> =>
      hierarchy.endsWith('DIRECT') && isIP(server) !== 0 ? { dst_ip: server } : {},
  },
  {
    id: 'bind-query',
    lines: [
      new RegExp(
        String.raw`^(?<time>${BIND_TIME}) (?:queries: )?(?:\w+: )?${BIND_CLIENT} (?:view \S+: )?query: (?<query>\S+) (?<class>\S+) (?<type>\S+) (?<flags>\S+)(?: \((?<server_ip>[^)]+)\))?`,
      ),
      new RegExp(
        String.raw`^(?<time>${BIND_TIME}) (?<category>[a-z][\w-]*): (?<severity>[a-z]+(?: \d+)?): (?:${BIND_CLIENT} )?(?<message>.+)`,
      ),
    ],
  },
  {
    id: 'mysql-audit',
    lines: [
      /^(?<time>\d{8} \d{2}:\d{2}:\d{2}|\d{16}),(?<server_host>[^,]*),(?<user>[^,]*),(?<client_ip>[^,]*),(?<connection_id>\d*),(?<query_id>\d*),(?<operation>[A-Z_]+),(?<database>[^,]*),(?<query>'(?:[^'\\]|\\.)*'|[^,]*)(?:,(?<return_code>\d*))?/,
    ],
  },
  {
    id: 'ids-alert',
    lines: [
      /^(?<time>\d{2}\/\d{2}(?:\/\d{2,4})?-\d{2}:\d{2}:\d{2}\.\d{6})\s+(?:\[(?<action>[a-zA-Z]+)\] )?\[\*\*\] \[(?<gid>\d+):(?<sid>\d+):(?<rev>\d+)\] "?(?<signature>.*?)"? \[\*\*\](?: \[Classification: (?<classification>[^\]]*)\])?(?: \[Priority: (?<priority>\d+)\])?(?: \[[^\]]*\])* \{(?<proto>[^}]+)\} (?<src>\S+) -> (?<dst>\S+)/,
    ],
  },
  {
    id: 'windows-dns-debug',
    lines: [
      new RegExp(
        String.raw`^(?<time>${NUMERIC_TIME}) (?<thread>[0-9A-F]{3,4}) PACKET\s+(?<packet>[0-9A-F]{8,16}) (?<protocol>UDP|TCP) (?<direction>Snd|Rcv) (?<client_ip>\S+)\s+(?<xid>[0-9a-f]{4}) (?<response>[R ]) (?<opcode>\S) \[(?<flags_hex>[0-9a-f]{4})\s+(?<flags>[A-Z ]*?)\s*(?<rcode>[A-Z]+)\] (?<type>\S+)\s+(?<name>\S+)`,
      ),
      new RegExp(
        String.raw`^(?<time>${NUMERIC_TIME}) (?<thread>[0-9A-F]{3,4}) (?<context>[A-Z][A-Za-z-]+)\s+(?<message>\S.*)`,
      ),
    ],
    sign: /^DNS Server log file creation at |\bPACKET\s+[0-9A-F]{8,16} (?:UDP|TCP) (?:Snd|Rcv) /m,
    skip: /^(?:DNS Server log file creation at|Log file wrap at|Message logging key|\s+(?:Field #|-------|\d{1,2}\s{2,}\S))/,
    more: ({ name = '' }): Record<string, string> => (name.startsWith('(') ? { query: decodedName(name) } : {}),
  },
  {
    id: 'redis',
    lines: [
      /^(?<pid>\d+):(?<role>[XCSM]) (?<time>\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2}\.\d{3}) (?<level>[.*#-]) (?<message>.*)/,
    ],
  },
  {
    id: 'macos-unified',
    lines: [
      /^(?<time>\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{6}[+-]\d{4})\s+(?<thread>0x[0-9a-f]+)\s+(?<type>\w+)\s+(?<activity>0x[0-9a-f]+)\s+(?<pid>\d+)\s+(?<ttl>\d+)\s+(?<process>[^:]+): (?:\((?<sender>[^)]*)\) )?(?:\[(?<subsystem>[^:\]]+):(?<category>[^\]]*)\] )?(?<message>.*)/,
      /^(?<time>\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3,6}(?:[+-]\d{4})?) (?<type>Df|I|Db|E|F|A)\s+(?<process>[^[]+)\[(?<pid>\d+):(?<thread>[0-9a-f]+)\] (?:\((?<sender>[^)]*)\) )?(?:\[(?<subsystem>[^:\]]+):(?<category>[^\]]*)\] )?(?<message>.*)/,
    ],
    skip: /^(?:Timestamp\s+(?:Thread|Ty)\s|Filtering the log data using )/,
  },
  {
    id: 'xferlog',
    lines: [
      /^(?<time>[A-Z][a-z]{2} [A-Z][a-z]{2}\s+\d{1,2} \d{2}:\d{2}:\d{2} \d{4}) (?<transfer_seconds>\d+) (?<client_ip>\S+) (?<bytes>\d+) (?<path>\S+) (?<type>[ab]) (?<special_action>\S) (?<direction>[oid]) (?<access_mode>[agr]) (?<user>\S+) (?<service>\S+) (?<authentication>[01]) (?<authenticated_user>\S+) (?<completion>[ci])/,
    ],
  },
  {
    id: 'fail2ban',
    lines: [
      /^(?<time>\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2},\d{3}) fail2ban\.(?<component>\w+)\s*\[(?<pid>\d+)\]: (?<level>[A-Z]+)\s+(?:\[(?<jail>[^\]]+)\] )?(?<message>(?:(?<action>Found|Ban|Unban|Restore Ban|Increase Ban|Ignore) (?<client_ip>[0-9a-fA-F.:]+))?.*)/,
    ],
  },
  {
    id: 'tcpdump',
    lines: [
      /^(?<time>\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{6}|\d{2}:\d{2}:\d{2}\.\d{6}|\d{10}\.\d{6}) IP6? (?<src_ip>(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f:]+:[0-9a-f:]*)(?:\.(?<src_port>\d+))? > (?<dst_ip>(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f:]+:[0-9a-f]*)(?:\.(?<dst_port>\d+))?: (?<message>.*)/,
    ],
  },
  {
    id: 'nfdump',
    lines: [
      /^(?<time>\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3})\s+(?:\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3}\s+)?(?<duration>[\d.:]+)\s+(?<protocol>\S+)\s+(?<src>\S+)\s+<?->?\s+(?<dst>\S+)\s+(?:(?<flags>[.A-Z]{6,8})\s+\d+\s+)?(?<packets>[\d.]+(?: [KMG])?)\s+(?<bytes>[\d.]+(?: [KMG])?)(?:\s+(?<flows>\d+))?/,
    ],
    skip: /^(?:Date first seen|Summary: |Time window: |Total flows processed|Sys: )/,
  },
  {
    id: 'last',
    lines: [
      /^(?<user>\S+)\s+(?<terminal>system boot|system down|\S+)\s+(?:(?<from>\S+)\s+)?(?<time>(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2}\s+\d{1,2} \d{2}:\d{2}(?::\d{2} \d{4})?)(?:\s+-?\s*(?<until>\S.*?))?\s*$/,
    ],
    skip: /^\S*[wbu]tmp\S* begins /,
  },
];

/** `(4)evil(7)example(0)` as a name. */
const decodedName = (name: string): string =>
  name
    .split(/\(\d+\)/)
    .filter(Boolean)
    .join('.');
