import { joined, plural } from '../text/phrases';
import { type Baseline, matching } from './baseline';
import { code } from './report/escape';
import { loginOf, shortName } from './report/names';

const MOST_BASELINES = 3;

/** Two sources may count one identity's activity: the first of them speaks for it. */
const ofEachName = (list: Baseline[]): Baseline[] =>
  [...new Map([...list].reverse().map((item) => [loginOf(item.principal), item])).values()].reverse();

/** "Their earlier days match 3 of 3 events of `bob` and 0 of 7 of `eve`." */
export function inBaselines(list: Baseline[], all: Baseline[]): string {
  const items = ofEachName(list);
  const [only, ...more] = items;
  // What is usual in one log and not in another would read as a contradiction without its name.
  const there = only && all.some(({ source }) => source !== only.source) ? ` in ${code(only.source.name)}` : '';
  if (only && more.length === 0)
    return matching(only) === 0
      ? `Nothing that ${shortName(only.principal)} did in the window${there} is in its baseline of ${plural(only.days, 'earlier day')}`
      : `${matching(only)} of ${plural(only.inCase, 'event')} of ${shortName(only.principal)} in the window${there} match ${only.rolledOut > 0 ? 'what it or another machine did before' : `its baseline of ${plural(only.days, 'earlier day')}`}`;
  const isCut = items.length > MOST_BASELINES;
  const each = items
    .slice(0, isCut ? 2 : MOST_BASELINES)
    .map(
      ({ covered, inCase, principal }, index) =>
        `${covered} of ${inCase} ${index === 0 ? 'events ' : ''}of ${shortName(principal)}`,
    );
  return `Their earlier days match ${joined(each)}${isCut ? ', among others' : ''}`;
}

/** The records of those that are named. */
export const baselineEvidence = (list: Baseline[]): number[] =>
  ofEachName(list)
    .slice(0, MOST_BASELINES)
    .flatMap(({ evidence }) => evidence);
