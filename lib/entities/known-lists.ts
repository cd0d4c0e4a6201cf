import ipaddr from 'ipaddr.js';
import { isMap, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { z } from 'zod';
import { EntityKind, Moment } from '../alerts/schema';
import { readStoreFolder } from '../store/read-store-file';
import { endOf } from './end-of';
import { Trust } from './schema';
import { subjectOf } from './subject';

/** An entry of a list. `range`: a network that `value` names. */
export type KnownEntry = {
  kind: EntityKind;
  value: string;
  range: [ipaddr.IPv4 | ipaddr.IPv6, number] | null;
  trust: Trust;
  note: string;
  expiresAt: Date | null;
  /** `known/networks.yml:7` */
  place: string;
};
export type KnownLists = { entries: KnownEntry[] /** `known/x.yml:5: what is wrong` */; problems: string[] };

const FOLDER = 'known';
/** A list is looked through for each entity. */
const MAX_ENTRIES = 5000;
let cached: { key: string; lists: KnownLists } | undefined;

/** The lists of the store's `known/` as the branch has them now. What can't be used is named in `problems`; nothing is thrown for it. */
export async function loadKnownLists(): Promise<KnownLists> {
  const files = [...(await readStoreFolder(FOLDER))].filter(([name]) => /\.ya?ml$/i.test(name)).sort(byName);
  const key = JSON.stringify(files);
  if (cached?.key !== key) cached = { key, lists: readKnownLists(files) };
  return cached.lists;
}

const byName = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : 1);

const Line = z.strictObject({
  kind: EntityKind,
  value: z.string().trim().min(1, 'Enter a value.').max(2048),
  trust: Trust,
  note: z.string().trim().min(1, 'Enter why.').max(1000),
  expires: Moment.optional(),
});

/** The same from texts: [file name, text]. Pure. */
export function readKnownLists(files: readonly (readonly [name: string, text: string])[]): KnownLists {
  const entries: KnownEntry[] = [];
  const problems: string[] = [];
  for (const [name, text] of files) readFile(`${FOLDER}/${name}`, text, entries, problems);
  if (entries.length > MAX_ENTRIES) {
    const [first] = entries.splice(MAX_ENTRIES);
    problems.push(
      `${first?.place ?? FOLDER}: the lists have more than ${MAX_ENTRIES} entries. Those from here on are not used.`,
    );
  }
  return { entries, problems };
}

function readFile(file: string, text: string, entries: KnownEntry[], problems: string[]): void {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    stringKeys: true,
    prettyErrors: false,
    schema: 'failsafe',
  });
  const lineOf = (node: unknown): number => lines.linePos((node as Node | null)?.range?.[0] ?? 0).line; // every node that was read has a range
  const [syntax] = document.errors;
  if (syntax) {
    problems.push(`${file}:${lines.linePos(syntax.pos[0]).line}: ${syntax.message.split('\n')[0]}`);
    return;
  }
  if (document.contents === null) return;
  const list = isMap(document.contents) ? document.contents.get('entries') : undefined;
  if (!isSeq(list)) {
    problems.push(`${file}:1: has no list "entries". See the README of the store.`);
    return;
  }
  for (const item of list.items) {
    const place = `${file}:${lineOf(item)}`;
    const read = readEntry((item as Node).toJS(document, { maxAliasCount: 0 }), place); // items of a list that was read are nodes
    if (typeof read === 'string') problems.push(`${place}: ${read}`);
    else entries.push(read);
  }
}

/** @returns the entry, or what is wrong with it. */
function readEntry(item: unknown, place: string): KnownEntry | string {
  const parsed = Line.safeParse(item);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const at = issue?.path.join('.');
    return `${at ? `"${at}": ` : ''}${issue?.message ?? 'not an entry'}`;
  }
  const { kind, value, trust, note, expires } = parsed.data;
  const common = { trust, note, place, expiresAt: expires === undefined ? null : endOf(expires) };
  if (kind === 'ip' && value.includes('/')) {
    const range = readRange(value);
    return range ? { kind, value, range, ...common } : `"${value}" is not a network like 203.0.113.0/24.`;
  }
  const subject = subjectOf(kind, value);
  return subject ? { ...subject, range: null, ...common } : `"${value}" is not a valid ${kind.replaceAll('_', ' ')}.`;
}

/** An entry for every address would say nothing about any. */
function readRange(text: string): KnownEntry['range'] {
  if (!ipaddr.isValidCIDR(text)) return null;
  const [network, bits] = ipaddr.parseCIDR(text);
  return bits === 0 ? null : [network, bits];
}
