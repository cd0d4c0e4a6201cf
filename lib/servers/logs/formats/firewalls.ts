import { endpoint } from './patterns';

const PFSENSE_HEAD = 'rule sub_rule anchor tracker interface reason action direction ip_version'.split(' ');
const PFSENSE_4 =
  'tos ecn ttl id offset flags protocol_id protocol length src_ip dst_ip src_port dst_port data_length'.split(' ');
const PFSENSE_6 =
  'class flow_label hop_limit protocol protocol_id length src_ip dst_ip src_port dst_port data_length'.split(' ');

/** pfSense and OPNsense: the message of `filterlog`. */
export function filterlogFields(message: string): Record<string, string> | undefined {
  const cells = message.split(',');
  const version = cells[8];
  if (version !== '4' && version !== '6') return undefined;
  const names = [...PFSENSE_HEAD, ...(version === '4' ? PFSENSE_4 : PFSENSE_6)];
  const fields = named(names, cells);
  if (!/^(?:tcp|udp)$/i.test(fields.protocol ?? '')) {
    delete fields.src_port;
    delete fields.dst_port;
    delete fields.data_length;
  }
  return fields;
}

const PAN_HEAD = 'future receive_time serial type subtype future_2 time_generated'.split(' ');
const PAN_SESSION =
  'src_ip dst_ip nat_src_ip nat_dst_ip rule src_user dst_user app vsys from_zone to_zone inbound_if outbound_if log_action future_3 session_id repeat_count src_port dst_port nat_src_port nat_dst_port flags protocol action'.split(
    ' ',
  );
/** What follows the common fields in each kind of log, by PAN-OS's order. */
const PAN_KINDS: Record<string, string[]> = {
  TRAFFIC: [
    ...PAN_SESSION,
    ...'bytes bytes_sent bytes_received packets start_time elapsed_time category future_4 sequence_number'.split(' '),
  ],
  THREAT: [...PAN_SESSION, ...'url threat_id category severity direction sequence_number'.split(' ')],
  SYSTEM: 'vsys event_id object future_3 future_4 module severity description sequence_number'.split(' '),
  CONFIG: 'host vsys command admin client result path'.split(' '),
};

/** Palo Alto Networks: the comma-separated fields of a log by its type. */
export function paloAltoFields(message: string): Record<string, string> | undefined {
  const type = /^\d?,\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2},[^,]*,([A-Z]+),/.exec(message)?.[1];
  const names = type ? PAN_KINDS[type] : undefined;
  return names ? named([...PAN_HEAD, ...names], splitQuoted(message)) : undefined;
}

/** Check Point's `[action:"Accept"; src:"10.0.0.1"]`. */
export function checkPointFields(message: string): Record<string, string> | undefined {
  if (!/^\[?\w+:"/.test(message)) return undefined;
  const pairs = [...message.matchAll(/([\w.-]+):"((?:[^"\\]|\\.)*)"/g)];
  if (pairs.length < 3) return undefined;
  return Object.fromEntries(pairs.map((pair) => [pair[1] ?? '', (pair[2] ?? '').replace(/\\(["\\])/g, '$1')]));
}

const CISCO =
  /^(?:\S+ )?:? ?%(?<device>[A-Z][A-Z0-9_]*)-(?:[A-Z0-9_]+-)?(?<level>[0-7])-(?<mnemonic>[A-Z0-9_]+): (?<text>.*)$/s;
const BUILT =
  /(?:Built|Teardown) (?:(?<direction>inbound|outbound) )?(?<protocol>\w+) connection \d+ for [^:\s]+:(?<first>\S+).*? to [^:\s]+:(?<second>\S+)/;
const SIDES = [
  /\bsrc [^:\s]+:(?<src>\S+?)(?:\([^)]*\))? dst [^:\s]+:(?<dst>\S+)/,
  /\bfrom (?:[A-Za-z]\S*:)?(?<src>[\d.]+(?:\/\d+)?)(?:\([^)]*\))? to (?:[A-Za-z]\S*:)?(?<dst>[\d.]+(?:\/\d+)?)/,
  /\b(?<src>\d+\.\d+\.\d+\.\d+\(\d+\)) -> (?:\w+\/)?(?<dst>\d+\.\d+\.\d+\.\d+\(\d+\))/,
  /\[Source: (?<src>[^\]]+)\]/,
];

/** Cisco's `%ASA-6-302013: …` and `%SYS-5-CONFIG_I: …`: device, level, mnemonic, and who spoke to whom. */
export function ciscoFields(message: string): Record<string, string> | undefined {
  const groups = CISCO.exec(message)?.groups;
  if (!groups) return undefined;
  const { device = '', level = '', mnemonic = '', text = '' } = groups;
  if (/^43000\d$/.test(mnemonic)) return { device, level, mnemonic, ...securityEvent(text) };
  const outcome: Record<string, string> = /^(?:Deny|Denied)\b|\b[Ff]ailed\b|\bRejected\b/.test(text)
    ? { outcome: 'failure' }
    : {};
  return { device, level, mnemonic, ...outcome, ...userOf(text), ...vpnFields(mnemonic, text), ...sidesOf(text) };
}

const USERS = [
  /\[user: ([^\]]+)\]/,
  /\b[Uu]ser(?:name)?\s?[=:]\s?'?([^\s',]+)/,
  /\bUser(?:name)? <([^>]+)>/,
  /\b[Uu]ser(?:name)? '([^']+)'/,
  // Behind the addresses of a connection: whose session it belongs to.
  / to \S+ \([^)\s]+\)(?:\([^)]*\))? \(([^()\s]+)\)$/,
  /\b[Uu]ser(?:name)? (?!authentication\b|authorization\b|session\b|IP\b)'?([^\s',<]+)/,
];

function userOf(text: string): { user?: string } {
  for (const pattern of USERS) {
    const user = pattern.exec(text)?.[1];
    if (user && user !== '*****') return { user };
  }
  return {};
}

/** What the numbers of Cisco's messages about VPN sessions mean. */
const VPN_EVENTS: Record<string, string> = {
  '113004': 'authentication',
  '113005': 'login',
  '113015': 'login',
  '113019': 'session ended',
  '113039': 'session started',
  '716001': 'session started',
  '716002': 'session ended',
  '716039': 'login',
  '722051': 'login',
};

/** Who came from where to a VPN, and which address inside they were given. */
function vpnFields(mnemonic: string, text: string): Record<string, string> {
  const event = VPN_EVENTS[mnemonic];
  if (event === undefined) return {};
  const from = /\bIP (?:= |<)([0-9a-fA-F.:]+)/.exec(text)?.[1];
  const assigned = /\bIPv4 Address <([0-9.]+)>/.exec(text)?.[1];
  return {
    event,
    ...(from ? { src_ip: from } : {}),
    ...(assigned ? { assigned_ip: assigned } : {}),
  };
}

const WATCHGUARD =
  /^msg_id="(?<msg_id>3000-[0-9A-F]+)" (?<action>Allow|Deny|Drop) (?<in_interface>\S+) (?<out_interface>\S+) (?:(?<length>\d+) )?(?<protocol>[a-z]+) \d+ \d+ (?<src_ip>[0-9a-fA-F.:]+) (?<dst_ip>[0-9a-fA-F.:]+)(?: (?<src_port>\d+) (?<dst_port>\d+))?/;
const MIKROTIK =
  /^(?<chain>[\w-]+): in:(?<in_interface>\S+) out:(?<out_interface>\([^)]*\)|[^\s,]+),.*?\bproto (?<protocol>\w+)(?: \([^)]*\))?, (?<src>[0-9a-fA-F.:[\]]+)->(?<dst>[0-9a-fA-F.:[\]]+?)(?:,|$)/;

/** The traffic that WatchGuard's and MikroTik's firewalls log. */
export function trafficFields(message: string): Record<string, string> | undefined {
  const groups = WATCHGUARD.exec(message)?.groups ?? MIKROTIK.exec(message)?.groups;
  if (!groups) return undefined;
  const { src, dst, ...rest } = groups;
  const all = { ...rest, ...endpoint('src', src), ...endpoint('dst', dst) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Firepower's security events, `SrcIP: 10.1.1.1, DstPort: 443`: its own names, and those that all firewalls here have. */
function securityEvent(text: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const pair of text.split(/, (?=[A-Za-z]\w{0,60}: )/)) {
    const at = pair.indexOf(': ');
    if (at > 0) fields[pair.slice(0, at)] = pair.slice(at + 2).trim();
  }
  const shared = {
    src_ip: fields.SrcIP,
    dst_ip: fields.DstIP,
    src_port: fields.SrcPort,
    dst_port: fields.DstPort,
    protocol: fields.Protocol,
    user: fields.User,
    action: fields.AccessControlRuleAction ?? fields.InlineResult,
  };
  for (const [name, value] of Object.entries(shared)) if (value) fields[name] = value;
  return fields;
}

function sidesOf(text: string): Record<string, string> {
  const built = BUILT.exec(text)?.groups;
  if (built) {
    const [src, dst] = built.direction === 'outbound' ? [built.second, built.first] : [built.first, built.second];
    return {
      ...(built.protocol ? { protocol: built.protocol } : {}),
      ...endpoint('src', src),
      ...endpoint('dst', dst),
    };
  }
  for (const pattern of SIDES) {
    const found = pattern.exec(text)?.groups;
    const plain = (side?: string): string | undefined => side?.replace(/\((\d+)\)$/, '/$1').replace(/[,.]$/, '');
    if (found) return { ...endpoint('src', plain(found.src)), ...endpoint('dst', plain(found.dst)) };
  }
  return {};
}

function named(names: string[], cells: string[]): Record<string, string> {
  const pairs = cells.flatMap((cell, index): [string, string][] => {
    const name = names[index];
    return name && cell !== '' && !name.startsWith('future') ? [[name, cell]] : [];
  });
  return Object.fromEntries(pairs);
}

const splitQuoted = (text: string): string[] =>
  [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    (match) => match[1]?.replaceAll('""', '"') ?? match[2] ?? '',
  );
