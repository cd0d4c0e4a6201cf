import { joined, plural } from '../../text/phrases';
import { type Fact, num, text } from '../case';
import { groupBy } from '../group-by';
import type { LookedUp, Seen } from '../look-up';
import { readTime, span } from '../time';
import { code, defanged } from './escape';
import { shortName } from './names';
import { cite, cited } from './parts';

const MOST_USERS = 6;
const MOST_ACTIONS = 4;

/** What somebody counts, and the actions that are it. */
const COUNTED: { asked: RegExp; action: RegExp; note?: string }[] = [
  {
    asked: /\b(?:read|reads|downloads?|downloaded|objects?|opened|viewed)\b/i,
    action:
      /^(?:Get|Select)Object\b|^GetBlob$|^REST\.GET\.OBJECT|objects\.get$|^File(?:Accessed|Downloaded|Previewed)$|^(?:download|view)$/i,
    note: 'calls, not different objects',
  },
  { asked: /\bdelet\w+|\bremov\w+/i, action: /delet|remov|^terminate/i },
  { asked: /\bcreat\w+|\badded\b/i, action: /^(?:create|add|new)|\.(?:create|add|insert)\b|created$/i },
  {
    asked: /\b(?:sign(?:ed)?[- ]?ins?|sign(?:ed)? in|log(?:ged)?[- ]?(?:in|on)s?|logins?)\b/i,
    action: /ConsoleLogin|session\.start|log[io]n|sign.?in|authenticat|^accepted|^failed password/i,
  },
];

/**
 * Questions about what an instruction names that the rows of its look-up answer by themselves: how often something was done, and
 * who used it. Empty when it asks neither, or the rows hold nothing of the kind: that they hold nothing proves nothing.
 */
export function namedAnswers(named: LookedUp[], instruction: string): string[] {
  return named.flatMap((one) => [...howOften(one, instruction), ...whoUsed(one, instruction)]);
}

function howOften({ seed, seen }: LookedUp, instruction: string): string[] {
  if (!/\bhow (?:many|much|often)\b|\bnumber of\b/i.test(instruction)) return [];
  const kind = COUNTED.find(({ asked }) => asked.test(instruction));
  const isMeant = (action: string): boolean =>
    instruction.toLowerCase().includes(action.toLowerCase()) || (kind?.action.test(action) ?? false);
  return seen.flatMap(({ source, actions }) => {
    const rows = actions.filter(({ row }) => text(row, 'action').length > 3 && isMeant(text(row, 'action')));
    if (rows.length === 0) return [];
    const total = rows.reduce((sum, { row }) => sum + num(row, 'n'), 0);
    const each = rows.map(({ row }) => `${num(row, 'n')} ${code(text(row, 'action'), 60)}`);
    const counts =
      rows.length === 1 ? `${each[0]} events` : `${total} such events (${joined(each.slice(0, MOST_ACTIONS))})`;
    const note = kind?.note && kind.action.test(text(rows[0]?.row ?? {}, 'action')) ? ` (${kind.note})` : '';
    const name = code(defanged(seed.value), 80);
    return [`${cited(`${name} has ${counts}${note} in ${code(source.name, 60)}, ${spanOf(rows)}`, evidenceOf(rows))}.`];
  });
}

function whoUsed({ seed, seen }: LookedUp, instruction: string): string[] {
  // "What else did it do?" asks for acts, not for people.
  if (!/\b(?:who|whom|any(?:body|one)|some(?:body|one)|others?)\b/i.test(instruction)) return [];
  const asked = instruction.toLowerCase();
  const rows = seen.flatMap((place) => place.users.map((fact) => ({ fact, place })));
  const isSame = (principal: string): boolean => principal.toLowerCase().includes(seed.value.toLowerCase());
  const others = rows.filter(({ fact }) => !isSame(text(fact.row, 'principal')));
  if (others.length === 0) return [];
  const byName = groupBy(others, ({ fact }) => shortName(text(fact.row, 'principal')));
  const people = [...byName]
    .map(([name, list]) => ({ name, facts: list.map(({ fact }) => fact), places: list.map(({ place }) => place) }))
    // Who is named in the question is not what it asks for.
    .filter(({ name }) => !asked.includes(name.replaceAll('`', '').toLowerCase()))
    .sort((a, b) => firstOf(a.facts) - firstOf(b.facts));
  if (people.length === 0) return [];
  const said = people.slice(0, MOST_USERS).map(({ name, facts, places }) => {
    const n = facts.reduce((sum, { row }) => sum + num(row, 'n'), 0);
    return `${name} (${plural(n, 'event')} of ${sourcesOf(places)}, ${spanOf(facts)}) ${cite(evidenceOf(facts))}`;
  });
  const more = people.length > MOST_USERS ? `, and ${people.length - MOST_USERS} more` : '';
  return [`With ${code(defanged(seed.value), 80)} in the logs, by first use: ${said.join(', ')}${more}.`];
}

const firstOf = (facts: Fact[]): number =>
  Math.min(...facts.map(({ row }) => readTime(row.first) ?? Number.POSITIVE_INFINITY));

function spanOf(facts: Fact[]): string {
  const times = facts.flatMap(({ row }) => [readTime(row.first), readTime(row.last)]).filter((time) => time !== null);
  return times.length === 0 ? 'unknown time' : span(Math.min(...times), Math.max(...times));
}

const evidenceOf = (facts: Fact[]): number[] => [...new Set(facts.map(({ evidence }) => evidence))];

const sourcesOf = (places: Seen[]): string => joined([...new Set(places.map(({ source }) => code(source.name, 60)))]);
