import type { Peek } from './peek-file';
import type { LogFile } from './scan-files';
import { folderOf, identifier, logStem, stemWords } from './source-names';

export type PeekedFile = LogFile & { peek: Peek };
export type SourceGroup = { name: string; files: PeekedFile[] };

/** Files with other words in their names belong together when their keys are nearly the same; with the same words sooner. */
const SAME_WORDS = 0.35;
const OTHER_WORDS = 0.7;

type Cluster = { files: PeekedFile[]; keys: Map<string, number>; words: Set<string>; stems: Set<string> };

/**
 * Which files belong together: those of one folder (folders that only say date, account or region count as one) and one
 * format, by their names without dates and rotation numbers and by their top-level keys. Names are SQL-safe, unique, and
 * depend only on the files' names and shapes.
 */
export function groupSources(files: PeekedFile[]): SourceGroup[] {
  const folders = new Map<string, Cluster[]>();
  for (const file of files) {
    const folder = `${familyOf(file)}:${folderOf(file.name).join('/')}`;
    const clusters = folders.get(folder) ?? [];
    folders.set(folder, clusters);
    addTo(clusters, file);
  }
  const used = new Set<string>();
  return [...folders.values()].flatMap((clusters) =>
    clusters.map((cluster) => ({ name: sourceName(cluster.files, clusters.length, used), files: cluster.files })),
  );
}

function addTo(clusters: Cluster[], file: PeekedFile): void {
  const stem = logStem(file.name);
  const words = file.peek.format.logName ?? stemWords(stem);
  const like = clusters
    .map((cluster) => ({ cluster, likeness: likenessTo(cluster, file, stem, words) }))
    .filter((item) => item.likeness > 0)
    .sort((a, b) => b.likeness - a.likeness)[0]?.cluster;
  const target = like ?? {
    files: [],
    keys: new Map<string, number>(),
    words: new Set<string>(),
    stems: new Set<string>(),
  };
  if (!like) clusters.push(target);
  target.files.push(file);
  target.words.add(words);
  target.stems.add(stem);
  for (const [key, share] of Object.entries(file.peek.keys)) target.keys.set(key, (target.keys.get(key) ?? 0) + share);
}

/** 0: not of this cluster. A rotated file (eve.json.1 beside eve.json) always belongs to its log. */
function likenessTo(cluster: Cluster, file: PeekedFile, stem: string, words: string): number {
  const sameWords = cluster.words.has(words);
  if (isNamedLog(file) && !sameWords) return 0;
  if (cluster.stems.has(stem) && (stem !== '' || file.peek.records === 0)) return 2;
  const value = likeness(cluster.keys, cluster.files.length, file.peek.keys);
  return value >= (sameWords ? SAME_WORDS : OTHER_WORDS) ? value : 0;
}

/** Logs whose name says what they are, whatever their fields: Zeek's, and text logs beside each other in /var/log. */
function isNamedLog({ peek }: PeekedFile): boolean {
  const isZeek = 'ts' in peek.keys && ('uid' in peek.keys || 'id.orig_h' in peek.keys || '_path' in peek.keys);
  return peek.format.logName !== null || isZeek || ['syslog', 'text', 'key-value'].includes(peek.format.id);
}

const familyOf = (file: PeekedFile): string => (file.peek.format.id === 'jsonl' ? 'json' : file.peek.format.id);

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
  const first = files[0];
  const folder = folderOf(first?.name ?? '');
  const parent = folder.at(-1);
  const stems = [...new Set(files.map((file) => logStem(file.name)))];
  const stem = stems.length === 1 ? (stems[0] ?? '') : sharedStem(stems);
  const wordless =
    !stem || GENERIC.test(stem.toLowerCase().split(/[^a-z0-9]+/)[0] ?? '') || (stem.length > 3 && !stemWords(stem));
  let base: string;
  const isDelivered = /\d{4}-\d{2}-\d{2}|\d{8}T\d{4}/.test(stem); // a name that a service made for each delivery
  if (parent && clusters === 1 && (stems.length > 1 || isDelivered)) base = parent;
  else if (wordless && parent) base = stemWords(stem) ? `${parent}_${stem}` : parent;
  else base = wordless && !/[a-z]{2}/i.test(stem) ? (first?.peek.format.id ?? 'logs') : stem;
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

/** What all stems begin with, without a trailing piece of number or date. */
function sharedStem(stems: string[]): string {
  let shared = stems[0] ?? '';
  for (const stem of stems) while (!stem.startsWith(shared)) shared = shared.slice(0, -1);
  return shared.replace(/[^a-zA-Z]+$/, '');
}
