import { plural } from '../../text/phrases';
import { type Fact, type SourceCase, text } from '../case';
import type { Finding } from '../finding';
import { LEAST_MACHINES, MOST_APART } from '../follow-machines';
import { groupBy } from '../group-by';
import { code, shownDetail } from '../report/escape';
import { few, shortName } from '../report/names';
import { cite } from '../report/parts';
import { pushesOf, wasPushedBefore } from '../rolled-out';
import { clock, span } from '../time';
import { behaviour, firstOf } from './finder';

/** Why a push counts nothing. */
const ROLLED_OUT = 'the same account had pushed the same to other machines by a group policy before';

/** A group policy that somebody changed, and a program that came to several machines at once soon after: how ransomware is spread, and software. */
export function pushedByPolicy(source: SourceCase): Finding[] {
  const [push] = pushesOf(source).filter(({ policy }) => firstOf(policy) >= source.window.from - MOST_APART * 6);
  if (!push) return [];
  const { policy, effects } = push;
  const machines = new Set(effects.map(({ row }) => text(row, 'principal')));
  if (machines.size < LEAST_MACHINES) return [];
  const who = text(policy.row, 'principal');
  const [example] = [...groupBy(effects, ({ row }) => text(row, 'target')).keys()];
  const from = text(policy.row, 'ip') === '' ? cameFrom(source, policy) : ` from ${code(text(policy.row, 'ip'))}`;
  const times = effects.map(firstOf);
  const detail = text(policy.row, 'detail') === '' ? '' : ` (${shownDetail(text(policy.row, 'detail'))})`;
  const found = behaviour(
    'high',
    ['T1484.001'],
    `pushed a program to ${plural(machines.size, 'machine')} by a group policy`,
    [policy, ...effects.slice(0, 1)],
    `${shortName(who)} changed the group policy ${code(text(policy.row, 'target'), 120)}${detail} at ${clock(firstOf(policy))}${from} ${cite([policy.evidence])}; ${code(example ?? '', 90)} then came to ${few([...machines].map((name) => shortName(name)))}, ${span(Math.min(...times), Math.max(...times))} ${cite(effects.slice(0, 1).map(({ evidence }) => evidence))}.`,
    'Unlink the group policy, keep a copy of it, and find out who used the account that changed it',
  );
  const before = wasPushedBefore(source, push);
  if (!before) return [{ ...found, principals: [who] }];
  const usual = {
    text: `as to ${shortName(text(before.row, 'principal'))} on ${clock(firstOf(before)).slice(0, 10)}`,
    evidence: [before.evidence],
  };
  return [{ ...found, principals: [who], explained: ROLLED_OUT, score: 0, usual }];
}

/** The sign-in before the change says from where, since the change itself does not. */
function cameFrom(source: SourceCase, policy: Fact): string {
  const [last] = source.signIns
    .filter(
      (fact) =>
        text(fact.row, 'principal') === text(policy.row, 'principal') &&
        text(fact.row, 'ip') !== '' &&
        firstOf(fact) <= firstOf(policy),
    )
    .sort((a, b) => firstOf(b) - firstOf(a));
  return last
    ? `, signed in from ${code(text(last.row, 'ip'))} at ${clock(firstOf(last))} ${cite([last.evidence])}`
    : '';
}
