import { type SourceCase, text } from '../case';
import type { Finding } from '../finding';
import { groupBy } from '../group-by';
import { shortName } from '../report/names';
import { cite } from '../report/parts';
import { span } from '../time';
import { behaviour, firstOf, named } from './finder';

/** Ways to weaken logs: by their names, because rules differ in theirs. */
const WEAKENS =
  /(?:delete|stop|disable|suspend|remove)[\w.:/-]*(?:trail|log|audit|recorder|detector|sink|diagnostic)|^(?:PutEventSelectors|UpdateTrail|PutBucketLifecycle\w*|1102|104)(?=$| \()|log_stream\.lifecycle\.(?:deactivate|delete)/i;

/** Logs weakened in more than one way by one identity: one may be an accident, several are a plan. */
export function logTampering(source: SourceCase): Finding[] {
  const hits = source.inside.filter(({ row }) => text(row, 'rule') !== '' && WEAKENS.test(text(row, 'action')));
  return [...groupBy(hits, ({ row }) => text(row, 'principal'))].flatMap(([principal, facts]) => {
    const actions = [...new Set(facts.map(({ row }) => text(row, 'action')))];
    if (actions.length < 2) return [];
    const times = facts.map(firstOf);
    return [
      behaviour(
        'medium',
        ['T1562.008'],
        'worked against the logs in several ways',
        facts,
        `${shortName(principal)} worked against the logs in several ways: ${named(actions)}, ${span(Math.min(...times), Math.max(...times))} ${cite(facts.map(({ evidence }) => evidence))}.`,
      ),
    ];
  });
}
