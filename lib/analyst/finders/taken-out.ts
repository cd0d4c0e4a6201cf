import { num, text } from '../case';
import { type Finding, MASS_READ } from '../finding';
import { code } from '../report/escape';
import { shortName } from '../report/names';
import { cite } from '../report/parts';
import { DAY, span } from '../time';
import { behaviour } from './finder';

/** Ways in which data leaves: shared, copied to another account, sent. */
const LEAVES = /^T1(?:567|537|048)/;

/** Much more data read than before, and within a day given to somebody outside: each alone may be work. */
export function takenOut(findings: Finding[]): Finding[] {
  const gathered = findings.filter(({ did }) => did === MASS_READ);
  const given = findings.filter(
    ({ techniques, attempt, explained }) => !attempt && explained === null && techniques.some((id) => LEAVES.test(id)),
  );
  return gathered.flatMap((read) => {
    const left = given.find(
      (one) =>
        one.principals.some((name) => read.principals.includes(name)) &&
        one.first !== null &&
        read.first !== null &&
        one.first >= read.first &&
        one.first <= read.first + DAY,
    );
    const [who] = read.principals;
    if (!left || who === undefined) return [];
    const targets = [...new Set(left.rows.map(({ row }) => text(row, 'target')))].filter(Boolean);
    const isMore = targets.length > 1 || left.rows.some(({ row }) => num(row, 'targets') > 1);
    const what = targets[0] ? ` (${code(targets[0], 80)}${isMore ? ' and others' : ''})` : '';
    const facts = [...read.facts, ...left.facts.filter(({ row }) => text(row, 'principal') === who)];
    const recipients = [...new Set(targets.flatMap((target) => / to (\S+@\S+)$/.exec(target)?.[1] ?? []))];
    const whom = recipients.length === 1 ? `, with ${code(recipients[0])}` : '';
    const [only] = left.rows;
    const count = left.rows.length === 1 && only ? num(only.row, 'targets') : 0;
    const act = isMore ? left.did.replace(/\ba file\b/, count > 1 ? `${count} files` : 'files') : left.did;
    // Where not all of a day's reads are of the time that is told, they are the day's.
    const isOfDay = read.sentence?.includes(' of them ') ? ' that day' : '';
    const did = `read far more than before (${read.measure}${isOfDay}) and then ${act}${whom}`;
    return [
      {
        ...behaviour(
          'high',
          ['T1567', 'T1530'],
          did,
          facts,
          `${shortName(who)} ${did}${what}, ${span(read.first ?? 0, left.last ?? left.first ?? 0)} ${cite(facts.map(({ evidence }) => evidence))}.`,
        ),
        first: read.first,
        last: left.last ?? left.first,
      },
    ];
  });
}
