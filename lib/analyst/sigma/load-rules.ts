import { readStoreFolder } from '../../store/read-store-file';
import { shippedFolder } from '../../store/shipped';
import { applyFilters, type RuleFilter } from './filters';
import { type CorrelationRule, type DetectionRule, readRuleFile, type SigmaRule } from './rule';

/** The team's rules, ready to be asked of logs. */
export type Detections = {
  /** Single-event rules by the name that evidence and findings call them: the title, with its id where two share one. */
  rules: Map<string, DetectionRule>;
  /** `of`: the names of their rules; `parts`: those rules, with the ones that only a correlation asks for. */
  correlations: { rule: CorrelationRule; of: string[]; parts: DetectionRule[] }[];
  /** Files and rules that can't be used: `detections/x.yml:5: what is wrong`. */
  problems: string[];
};

const FOLDER = 'detections';
let cached: { key: string; detections: Detections } | undefined;

/**
 * The Sigma rules of the store's `detections/` as the branch has them now, over those that a new store has. A file of the
 * same name replaces ours, an empty one takes it out. What can't be used is named in `problems`; nothing is thrown for it.
 */
export async function loadDetections(): Promise<Detections> {
  const files = new Map([...(await shippedFolder(FOLDER)), ...(await readStoreFolder(FOLDER))]);
  const named = [...files]
    .filter(([name, text]) => /\.ya?ml$/i.test(name) && text.trim() !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const key = JSON.stringify(named);
  if (cached?.key !== key) cached = { key, detections: readDetections(named) };
  return cached.detections;
}

/** The same from texts: [file name, text]. */
export const readDetections = (files: readonly (readonly [name: string, text: string])[]): Detections =>
  joinDetections(files.map(([name, text]) => readDetectionFile(name, text)));

/** The rules of one file, and what is wrong with those that can't be used. */
export type DetectionFile = { rules: SigmaRule[]; filters: RuleFilter[]; problems: string[] };

/** A text is parsed once: the same files are asked for by every check of a change. */
export function readDetectionFile(name: string, text: string): DetectionFile {
  const key = `${name}\n${text}`;
  const known = parsed.get(key);
  if (known) return known;
  const read = parseFile(name, text);
  if (parsed.size >= MAX_PARSED) parsed.delete(parsed.keys().next().value ?? '');
  parsed.set(key, read);
  return read;
}

/** Texts that are kept parsed, the newest: several times the files of a store. */
const MAX_PARSED = 60;
const parsed = new Map<string, DetectionFile>();

function parseFile(name: string, text: string): DetectionFile {
  const { rules, filters, problems } = readRuleFile(text, `${FOLDER}/${name}`);
  return { rules, filters, problems: problems.map(({ message }) => message) };
}

/** The rules of all files together: correlations find those that they are about. */
export function joinDetections(files: readonly DetectionFile[]): Detections {
  const { rules: all, problems: unknown } = applyFilters(
    files.flatMap(({ rules: own }) => own),
    files.flatMap(({ filters }) => filters),
  );
  const problems = [...files.flatMap(({ problems: own }) => own), ...unknown];
  const rules = new Map<string, DetectionRule>();
  const detections = all.filter((rule) => rule.kind === 'detection');
  const isCalled = (rule: SigmaRule, wanted: string): boolean => rule.name === wanted || rule.id === wanted;
  const asking = all.filter((rule) => rule.kind === 'correlation');
  // What a correlation counts is no finding by itself, unless it says so: https://sigmahq.io/docs/meta/correlations.html
  const isOnlyCounted = (rule: DetectionRule): boolean => {
    const users = asking.filter(({ rules: own }) => own.some((wanted) => isCalled(rule, wanted)));
    return users.length > 0 && users.every(({ generates }) => !generates);
  };
  for (const rule of detections)
    if (rule.level !== 'informational' && !isOnlyCounted(rule))
      rules.set(rules.has(rule.title) ? `${rule.title} (${rule.id})` : rule.title, rule);
  const correlations = all.flatMap((rule) => {
    if (rule.kind !== 'correlation') return [];
    const parts = rule.rules.flatMap((wanted) => detections.find((one) => isCalled(one, wanted)) ?? []);
    const of = parts.map((part) => [...rules].find(([, known]) => known === part)?.[0] ?? part.title);
    if (parts.length === rule.rules.length) return [{ rule, of, parts }];
    const isChained = rule.rules.some((wanted) => asking.some((one) => isCalled(one, wanted)));
    const problem = isChained
      ? 'is about another correlation, which is not supported'
      : 'names a rule that does not exist';
    problems.push(`${rule.file}:${rule.line}: "${rule.title}" ${problem}.`);
    return [];
  });
  return { rules, correlations, problems };
}
