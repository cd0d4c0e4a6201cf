import { plural } from '../../text/phrases';
import { type Fact, num, text } from '../case';
import type { LookedUp, Seen } from '../look-up';
import { span } from '../time';
import type { CoachedBlock } from './coached';
import { code, defanged } from './escape';
import { few, shortName } from './names';
import { cite, cited, factSpan, table } from './parts';

const MOST_ROWS = 10;

/** What the logs have about one thing that an instruction names: who used it, when, for what. */
export function aboutBlock({ seed, seen, looked }: LookedUp): CoachedBlock {
  const name = code(defanged(seed.value), 80);
  const heading = `About ${name}`;
  if (seen.length === 0)
    return {
      section: 'Technical Details',
      heading,
      answer: `${cited(`${name} is in no event of the searched sources`, looked.slice(0, 8))}.`,
      text: '',
    };
  const users = seen.flatMap((place) => place.users);
  const rows = users
    .slice(0, MOST_ROWS)
    .map((fact) => [
      code(text(fact.row, 'principal'), 90),
      text(fact.row, 'key') === '' ? '' : code(text(fact.row, 'key')),
      text(fact.row, 'ip') === '' ? '' : code(defanged(text(fact.row, 'ip'))),
      `${num(fact.row, 'n')}`,
      `${num(fact.row, 'denied') + num(fact.row, 'failed')}`,
      factSpan(fact),
      cite([fact.evidence]),
    ]);
  const head = ['Identity', 'Key or session', 'Address', 'Events', 'Denied or failed', 'First and last', 'Evidence'];
  return {
    section: 'Technical Details',
    heading,
    answer: seen.map((place) => `${placeText(name, seed.value, place)}.`).join(' '),
    text: rows.length > 0 ? table(head, rows) : '',
  };
}

function placeText(name: string, value: string, { source, hits, evidence, users, actions }: Seen): string {
  const times = hits.flatMap(({ first, last }) => (first === null || last === null ? [] : [first, last]));
  const when = times.length > 0 ? `, ${span(Math.min(...times), Math.max(...times))}` : '';
  const count = Math.max(...hits.map(({ n }) => n));
  const where = `${name} is in ${plural(count, 'event')} of ${code(source.name, 60)}${when}`;
  // Where a log knows nobody but the address, the address is no user of itself.
  const others = users
    .map(({ row }) => text(row, 'principal'))
    .filter((who) => who.toLowerCase() !== value.toLowerCase());
  const names = [...new Set(others.map(shortName))];
  const by = names.length === 0 ? '' : ` by ${few(names)}`;
  const did = actions.map(({ row }: Fact) => code(text(row, 'action')));
  const what = did.length === 0 ? '' : `, mostly ${few(did)}${by}`;
  const shown = [...evidence, ...[...users.slice(0, 1), ...actions.slice(0, 1)].map((fact) => fact.evidence)];
  return `${where}${what} ${cite(shown)}`;
}
