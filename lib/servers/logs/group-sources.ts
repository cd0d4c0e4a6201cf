import type { Peek } from './peek-file';
import type { LogFile } from './scan-files';

export type PeekedFile = LogFile & { peek: Peek };
export type SourceGroup = { name: string; files: PeekedFile[] };

/**
 * Which files belong together: those of one folder (folders that only say date, account or region count as one)
 * with like top-level keys. Names are SQL-safe, unique, and depend only on the files' names and shapes.
 */
export function groupSources(files: PeekedFile[]): SourceGroup[] {
  const folders = new Map<string, { files: PeekedFile[]; keys: Map<string, number> }[]>();
  for (const file of files) {
    const folder = `${file.family}:${stableFolder(file.name).join('/')}`;
    const clusters = folders.get(folder) ?? [];
    folders.set(folder, clusters);
    const like = clusters
      .map((cluster) => ({ cluster, likeness: likeness(cluster.keys, cluster.files.length, file.peek.keys) }))
      .filter((item) => item.likeness >= 0.35)
      .sort((a, b) => b.likeness - a.likeness)[0]?.cluster;
    const target = like ?? { files: [], keys: new Map<string, number>() };
    if (!like) clusters.push(target);
    target.files.push(file);
    for (const [key, share] of Object.entries(file.peek.keys))
      target.keys.set(key, (target.keys.get(key) ?? 0) + share);
  }
  const used = new Set<string>();
  return [...folders.values()].flatMap((clusters) =>
    clusters.map((cluster) => ({ name: sourceName(cluster.files, clusters.length, used), files: cluster.files })),
  );
}

/** The folder without the parts that only divide the same logs: numbers, dates, key=value, regions, ids. */
function stableFolder(name: string): string[] {
  return name
    .split('/')
    .slice(0, -1)
    .filter((part) => !isPartition(part));
}

function isPartition(part: string): boolean {
  return (
    /^[\d._T:-]+Z?$/.test(part) ||
    part.includes('=') ||
    /^(af|ap|ca|cn|eu|il|me|mx|sa|us)(-gov|-iso[bef]?)?-[a-z]+-\d$/.test(part) ||
    /^o-[a-z0-9]{10,32}$/.test(part) ||
    /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(part) ||
    /^[0-9a-f]{16,}$/i.test(part)
  );
}

/** Shared share of keys over all keys, 0 to 1. */
function likeness(keys: Map<string, number>, files: number, other: Record<string, number>): number {
  let shared = 0;
  let all = 0;
  for (const key of new Set([...keys.keys(), ...Object.keys(other)])) {
    const a = (keys.get(key) ?? 0) / files;
    const b = other[key] ?? 0;
    shared += Math.min(a, b);
    all += Math.max(a, b);
  }
  return all ? shared / all : 0;
}

const GENERIC = /^(events?|logs?|data|records?|output|export|audit|part|file|dump|all|results?|\d+)$/;

function sourceName(files: PeekedFile[], clusters: number, used: Set<string>): string {
  const folder = stableFolder(files[0]?.name ?? '');
  const parent = folder.at(-1);
  const stem = files.length === 1 ? stemOf(files[0]?.name ?? '') : sharedStem(files.map((file) => stemOf(file.name)));
  const wordless = !stem || GENERIC.test(stem.toLowerCase().split(/[^a-z0-9]+/)[0] ?? '');
  let base: string;
  if (files.length > 1 && clusters === 1 && parent) base = parent;
  else if (wordless && parent) base = stem ? `${parent}_${stem}` : parent;
  else base = stem || parent || 'logs';
  const candidates = [
    base,
    ...(parent && base !== parent ? [`${parent}_${base}`] : []),
    ...folder
      .slice(0, -1)
      .reverse()
      .map((part) => `${part}_${base}`),
  ];
  for (const candidate of candidates) if (take(identifier(candidate))) return identifier(candidate);
  for (let copy = 2; ; copy += 1) if (take(`${identifier(base)}_${copy}`)) return `${identifier(base)}_${copy}`;

  function take(name: string): boolean {
    if (used.has(name)) return false;
    used.add(name);
    return true;
  }
}

function stemOf(name: string): string {
  const file = name.split('/').at(-1) ?? '';
  return file.replace(/\.gz$/i, '').replace(/\.(json|jsonl|ndjson|log|csv|tsv|parquet)$/i, '');
}

/** What all stems begin with, without a trailing piece of number or date. */
function sharedStem(stems: string[]): string {
  let shared = stems[0] ?? '';
  for (const stem of stems) while (!stem.startsWith(shared)) shared = shared.slice(0, -1);
  return shared.replace(/[^a-zA-Z]+$/, '');
}

function identifier(text: string): string {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 60)
    .replace(/_+$/, '');
  const named = /^[a-z]/.test(plain) ? plain : `logs_${plain}`.replace(/_$/, '');
  return RESERVED.has(named) ? `${named}_log` : named;
}

/** Words that would have to be quoted as a table's name; a model forgets the quotes. */
const RESERVED = new Set(
  'all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create default deferrable desc describe distinct do else end except false fetch for foreign from grant group having in initially intersect into lambda lateral leading limit not null offset on only or order pivot placing primary qualify references returning select show some summarize symmetric table then to trailing true union unique unpivot using variadic when where window with asof anti cross full glob ilike inner is isnull join left like natural notnull outer overlaps positional right semi similar tablesample values'.split(
    ' ',
  ),
);
