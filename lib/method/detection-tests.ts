import { flatten, matches } from '../analyst/sigma/match';
import type { SigmaRule } from '../analyst/sigma/rule';
import { toSql } from '../analyst/sigma/to-sql';

const MAX_EVENTS = 200;

/**
 * Compiles the rules of a Sigma file and runs the tests that they bring: `socdown.tests` with `hits` and `misses`, lists of events as
 * a log has them. `FILE:LINE: problem` for each that fails.
 */
export function detectionTests(rules: readonly SigmaRule[]): string[] {
  return rules.flatMap((rule) => {
    if (rule.kind !== 'detection') return [];
    const at = `${rule.file}:${rule.line}: "${rule.title}"`;
    try {
      toSql(rule, { name: 'events', fields: [] });
    } catch (error) {
      return [`${at} can't be made a query: ${error instanceof Error ? error.message : 'unknown'}`];
    }
    const wrong = (events: unknown[], expected: boolean, word: string) =>
      events
        .slice(0, MAX_EVENTS)
        .flatMap((event, index) =>
          matches(rule, flatten(event)) === expected
            ? []
            : [`${at}: test ${word} ${index + 1} ${expected ? 'does not match' : 'matches'}.`],
        );
    return [...wrong(rule.tests.hits, true, 'hits'), ...wrong(rule.tests.misses, false, 'misses')];
  });
}
