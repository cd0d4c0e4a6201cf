import { parseAllDocuments } from 'yaml';
import { flatten, matches } from '../analyst/sigma/match';
import { readRules } from '../analyst/sigma/rule';
import { toSql } from '../analyst/sigma/to-sql';

const MAX_EVENTS = 200;

/**
 * Compiles the rules of a Sigma file and runs the tests that they bring: `socdown.tests` with `hits` and `misses`, lists of events as
 * a log has them. `FILE:LINE: problem` for each that fails. @throws SigmaError for a file that can't be read
 */
export function detectionTests(file: string, text: string): string[] {
  const rules = readRules(text, file);
  const tests = testsOf(text);
  return rules.flatMap((rule) => {
    if (rule.kind !== 'detection') return [];
    const at = `${file}:${rule.line}: "${rule.title}"`;
    try {
      toSql(rule, { name: 'events', fields: [] });
    } catch (error) {
      return [`${at} can't be made a query: ${error instanceof Error ? error.message : 'unknown'}`];
    }
    const { hits = [], misses = [] } = tests.get(rule.id) ?? {};
    const wrong = (events: unknown[], expected: boolean, word: string) =>
      events
        .slice(0, MAX_EVENTS)
        .flatMap((event, index) =>
          matches(rule, flatten(event)) === expected
            ? []
            : [`${at}: test ${word} ${index + 1} ${expected ? 'does not match' : 'matches'}.`],
        );
    return [...wrong(hits, true, 'hits'), ...wrong(misses, false, 'misses')];
  });
}

type Tests = { hits?: unknown[]; misses?: unknown[] };

function testsOf(text: string): Map<string, Tests> {
  const documents = parseAllDocuments(text);
  const values = (Array.isArray(documents) ? [...documents] : []).map((one): unknown =>
    one.toJS({ maxAliasCount: 50 }),
  );
  return new Map(
    values.flatMap((value) => {
      if (!isObject(value) || !isObject(value.socdown) || !isObject(value.socdown.tests)) return [];
      const { hits, misses } = value.socdown.tests;
      return [[String(value.id), { hits: listOf(hits), misses: listOf(misses) }] as const];
    }),
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
