import fs from 'node:fs';
import path from 'node:path';
import { correlates } from '@/lib/analyst/sigma/correlate';
import { applyFilters } from '@/lib/analyst/sigma/filters';
import { type Flat, flatten, matches, valuesOf } from '@/lib/analyst/sigma/match';
import { type CorrelationRule, type DetectionRule, readRuleFile, type SigmaRule } from '@/lib/analyst/sigma/rule';
import type { Node } from '@/lib/analyst/sigma/test';
import { AppError } from '@/lib/errors/app-error';
import { detectionTests } from '@/lib/method/detection-tests';

const SHIPPED = 'investigations-repo/detections';

/**
 * Checks Sigma rules (a file, or every .yml and .yaml of a folder; default: those a new store starts with), runs the tests that they bring
 * and lists those without. With events (JSON lines, or a
 * JSON array) it prints which rules fire on them.
 * @throws AppError unprocessable when a rule can't be used or its test fails; each is printed as `FILE:LINE: problem`.
 */
export function testDetections(target: string = SHIPPED, { events }: { events?: string }): void {
  const { rules, problems } = readAll(target);
  const unusable = [...problems, ...missingRules(rules)];
  const failures = detectionTests(rules);
  for (const problem of [...unusable, ...failures]) console.error(problem);
  console.log(`${rules.length} rules can be used.`);
  printTested(rules);
  if (events) printHits(rules, readEvents(events), target !== SHIPPED);
  if (unusable.length > 0) throw new AppError('unprocessable', `${unusable.length} of the rules can't be used.`);
  if (failures.length > 0) throw new AppError('unprocessable', `${failures.length} tests of rules fail.`);
}

/** How many of the rules bring an event that fires them and one that doesn't, and which don't. Correlations are tested with events. */
function printTested(rules: SigmaRule[]): void {
  const detections = rules.filter((rule) => rule.kind === 'detection');
  const untested = detections.filter(({ tests }) => tests.hits.length === 0 || tests.misses.length === 0);
  console.log(`${detections.length - untested.length} of ${detections.length} have tests with a hit and a near miss.`);
  for (const { file, line, title } of untested.slice(0, MAX_LISTED)) console.log(`no tests\t${file}:${line}\t${title}`);
  if (untested.length > MAX_LISTED) console.log(`no tests\tand ${untested.length - MAX_LISTED} more`);
}

const MAX_LISTED = 100;

function readAll(target: string): { rules: SigmaRule[]; problems: string[] } {
  if (!fs.existsSync(target)) throw new AppError('not_found', `There is no file or folder ${target}.`);
  const files = fs.statSync(target).isDirectory()
    ? fs
        .readdirSync(target, { recursive: true })
        .map(String)
        .filter((name) => /\.ya?ml$/i.test(name))
        .sort()
        .map((name) => path.join(target, name))
    : [target];
  const read = files.map((file) => readRuleFile(fs.readFileSync(file, 'utf8'), file));
  const filtered = applyFilters(
    read.flatMap(({ rules }) => rules),
    read.flatMap(({ filters }) => filters),
  );
  const problems = read.flatMap(({ problems: own }) => own.map(({ message }) => message));
  return { rules: filtered.rules, problems: [...problems, ...filtered.problems] };
}

const rulesOf = (correlation: CorrelationRule, rules: SigmaRule[]): DetectionRule[] =>
  correlation.rules.flatMap((name) =>
    rules.filter(
      (rule): rule is DetectionRule => rule.kind === 'detection' && (rule.name === name || rule.id === name),
    ),
  );

/** Correlations whose rules are not among those that were read. */
const missingRules = (rules: SigmaRule[]): string[] =>
  rules.flatMap((rule) =>
    rule.kind === 'correlation' && rulesOf(rule, rules).length < rule.rules.length
      ? [`${rule.file}:${rule.line}: "${rule.title}" names a rule that is not among these: ${rule.rules.join(', ')}.`]
      : [],
  );

function readEvents(file: string): Record<string, unknown>[] {
  const text = fs.readFileSync(file, 'utf8').trim();
  try {
    const list: unknown[] = text.startsWith('[')
      ? (JSON.parse(text) as unknown[]) // an array: begins with [
      : text.split('\n').map((line) => JSON.parse(line) as unknown);
    return list.filter((item): item is Record<string, unknown> => typeof item === 'object' && item !== null);
  } catch {
    throw new AppError('unprocessable', `${file} is not JSON lines or a JSON array of events.`);
  }
}

/** Fields that a rule asks for and that none of these events has, by any of their names: the rule can't fire as it is meant to. */
function missingFields(rule: DetectionRule, flat: Flat[]): string[] {
  const fields = new Set<string>();
  const collect = (node: Node): void => {
    if (node.kind === 'leaf') fields.add(node.field ?? '');
    else if (node.kind === 'not') collect(node.item);
    else for (const item of node.items) collect(item);
  };
  collect(rule.condition);
  const { product } = rule.logsource;
  return [...fields].filter(
    (field) => field !== '' && flat.every((event) => valuesOf(field, event, product).length === 0),
  );
}

const TIMES = ['eventTime', 'published', '@timestamp', 'timestamp', 'time', 'UtcTime', 'SystemTime'];

/** `named`: the rules were named by the caller, who wants to know why one of them is silent. */
function printHits(rules: SigmaRule[], events: Record<string, unknown>[], named: boolean): void {
  const flat = events.map((event) => flatten(event));
  for (const rule of rules) {
    if (rule.kind === 'detection') {
      const hits = flat.flatMap((event, index) => (matches(rule, event) ? [index + 1] : []));
      if (hits.length > 0)
        console.log(
          `${rule.level}\t${rule.title}\t${hits.length} of ${events.length} events\tline ${hits.slice(0, 5).join(', ')}`,
        );
      const missing = hits.length === 0 && named ? missingFields(rule, flat) : [];
      if (missing.length > 0)
        console.log(
          `${rule.file}:${rule.line}: "${rule.title}" asks for ${missing.join(', ')}, which no event here has.`,
        );
      continue;
    }
    const timed = flat.flatMap((event) => {
      const value = event.find((item) => TIMES.some((name) => item.path.endsWith(name)) && item.value)?.value;
      const time = value ? Date.parse(value) : Number.NaN;
      return Number.isNaN(time) ? [] : [{ time, event }];
    });
    if (correlates(rule, rulesOf(rule, rules), timed)) console.log(`${rule.level}\t${rule.title}\tcorrelation`);
  }
}
