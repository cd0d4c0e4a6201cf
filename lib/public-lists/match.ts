import fs from 'node:fs';
import path from 'node:path';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import type { Entity } from '../alerts/schema';
import { BLOCKLISTS, BLOCKLISTS_AS_OF, LISTS, NOT_TOLD } from './catalogue';
import type { PublicListNote } from './schema';

/** As MISP's warning lists are. */
const ListFile = z.object({
  type: z.enum(['cidr', 'hostname', 'string', 'substring']),
  version: z.number(),
  list: z.array(z.string()),
});

type Index = {
  asOf: Map<string, string | null>;
  /** `24/cb007100`, the bits and the first bytes in hex: the lists that have this network. */
  networks: Map<string, string[]>;
  /** Lengths of prefix that there are, by family. */
  bits: { ipv4: number[]; ipv6: number[] };
  /** Whole names and hashes. */
  exact: Map<string, string[]>;
  /** Domains whose subdomains are meant too. */
  parents: Map<string, string[]>;
  parts: { part: string; list: string }[];
  /** On how many blocklists. */
  blocked: Map<string, number>;
};

/** What public lists say of an address, domain, URL or hash; nothing for other entities. What matters most for a verdict first. */
export function publicLists({ kind, value }: Entity): PublicListNote[] {
  const found = listsOf(kind, value);
  const { asOf } = index();
  const notes = Object.entries(LISTS).flatMap(([list, facts]): PublicListNote[] =>
    found.has(list) && !(list === 'rfc5735' && found.has('rfc1918'))
      ? [{ list, ...facts, asOf: asOf.get(list) ?? null }]
      : [],
  );
  const times = kind === 'ip' ? index().blocked.get(value) : undefined;
  return times === undefined ? notes : [blockedNote(times), ...notes];
}

function listsOf(kind: Entity['kind'], value: string): Set<string> {
  if (kind === 'ip') return new Set(ofAddress(value));
  if (kind === 'hash') return new Set(index().exact.get(value.toLowerCase()));
  if (kind === 'domain' || kind === 'host') return new Set(ofName(value.toLowerCase()));
  if (kind !== 'url' || !URL.canParse(value)) return new Set();
  const host = new URL(value).hostname.replace(/^\[|\]$/g, '');
  return new Set(ipaddr.isValid(host) ? ofAddress(host) : ofName(host.toLowerCase()));
}

function ofAddress(value: string): string[] {
  if (!ipaddr.isValid(value)) return [];
  const address = ipaddr.process(value);
  const bytes = address.toByteArray();
  const { networks, bits } = index();
  return bits[address.kind()].flatMap((length) => networks.get(networkKey(bytes, length)) ?? []);
}

/** Itself, and the domains above it. */
function ofName(name: string): string[] {
  const { exact, parents, parts } = index();
  const labels = name.replace(/\.$/, '').split('.');
  const above = labels.map((_, start) => labels.slice(start).join('.'));
  return [
    ...(exact.get(above[0] ?? '') ?? []),
    ...above.flatMap((domain) => parents.get(domain) ?? []),
    ...parts.flatMap(({ part, list }) => (name.includes(part) ? [list] : [])),
  ];
}

const blockedNote = (times: number): PublicListNote => ({
  list: BLOCKLISTS,
  group: 'blocklist',
  label: `${times} public blocklists`,
  meaning: 'It was reported for attacks. Addresses change hands: look at what it did here.',
  asOf: BLOCKLISTS_AS_OF,
});

let built: Index | undefined;

function index(): Index {
  built ??= build(path.resolve('lib/public-lists/data'));
  return built;
}

function build(folder: string): Index {
  const made: Index = {
    asOf: new Map(),
    networks: new Map(),
    bits: { ipv4: [], ipv6: [] },
    exact: new Map(),
    parents: new Map(),
    parts: [],
    blocked: new Map(),
  };
  for (const name of Object.keys(LISTS)) {
    const file = ListFile.parse(JSON.parse(fs.readFileSync(path.join(folder, `${name}.json`), 'utf8')));
    made.asOf.set(name, dateOf(file.version));
    for (const entry of file.list) addEntry(made, name, file.type, entry.trim().toLowerCase());
  }
  for (const line of fs.readFileSync(path.join(folder, `${BLOCKLISTS}.tsv`), 'utf8').split('\n')) {
    const [address, times] = line.split('\t');
    if (address) made.blocked.set(address, Number(times));
  }
  return made;
}

function addEntry(made: Index, list: string, type: z.infer<typeof ListFile>['type'], entry: string): void {
  if (entry === '' || NOT_TOLD.includes(entry)) return;
  if (type === 'cidr') addNetwork(made, list, entry);
  else if (type === 'substring') made.parts.push({ part: entry, list });
  // A leading dot means the domain with all below it, in lists of either type.
  else if (type === 'hostname' || entry.startsWith('.')) add(made.parents, entry.replace(/^\./, ''), list);
  else add(made.exact, entry, list);
}

function addNetwork({ networks, bits }: Index, list: string, entry: string): void {
  const whole = entry.includes('/') ? entry : `${entry}/${ipaddr.parse(entry).kind() === 'ipv4' ? 32 : 128}`;
  const [network, length] = ipaddr.parseCIDR(whole);
  add(networks, networkKey(network.toByteArray(), length), list);
  const known = bits[network.kind()];
  if (!known.includes(length)) known.push(length);
}

function add(map: Map<string, string[]>, key: string, list: string): void {
  const lists = map.get(key);
  if (lists) lists.push(list);
  else map.set(key, [list]);
}

function networkKey(bytes: number[], length: number): string {
  const masked = bytes.map((byte, at) => byte & (0xff << Math.max(0, Math.min(8, (at + 1) * 8 - length))) & 0xff);
  return `${bytes.length}/${length}/${Buffer.from(masked).toString('hex')}`;
}

/** 20260811 is a date; 5 is only a number. */
function dateOf(version: number): string | null {
  const [, year, month, day] = /^(20\d\d)(\d\d)(\d\d)$/.exec(String(version)) ?? [];
  return year ? `${year}-${month}-${day}` : null;
}
