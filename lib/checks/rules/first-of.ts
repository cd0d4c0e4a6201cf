import { asksSource } from '../../evidence/source-calls';
import { placeOf } from '../claims';
import { phraseAhead, phraseBehind } from '../clauses';
import type { CheckContext } from '../context';
import type { EvidenceEvent } from '../events';
import { sessionsOf } from '../mentions';
import { type Finding, finding } from '../messages';
import { isDeniedAt, type Statement, statementsOf } from '../statements';
import { type NameColumn, nameColumns, rowsNamed } from '../tallies';

type End = 'first' | 'last';
/** `billing-api first`, `the first command after the login was cat` */
const BEHIND =
  /(?<!\b(?:the|at|was|is|came|comes|come|its|his|her|their|one|its own) )\b(first|last)\b(?=\s*(?:[.,;)]|\[E|and\b|$))/i;
const WAS = /\b(?:the|its|his|her|their)\s(first|last)\s[^,;.[]{3,50}?\s(?:was|is)\s(?!\p{L}+(?:ed|en)\b)/iu;

/** What is named as the first or last of some: the other names of its column don't all have rows on the other side. */
export function checkFirstOf(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    const { block, text, events } = statement;
    if ((block.kind === 'row' && /timeline/i.test(block.section)) || /\balerts?\b/i.test(text)) return [];
    const was = WAS.exec(text);
    const behind = was ? null : BEHIND.exec(text);
    const match = was ?? behind;
    if (!match || isDeniedAt(statement, statement.start + match.index)) return [];
    const end = (match[1] ?? '').toLowerCase() as End;
    const phrase = was
      ? phraseAhead(text.slice(was.index + was[0].length))
      : phraseBehind(text.slice(0, match.index)).trim();
    if (behind && (phrase === '' || phrase.length > 40)) return [];
    return checkOne(statement, { end, phrase, at: match.index + match[0].indexOf(match[1] ?? '') }, events);
  });
}

type Said = { end: End; phrase: string; at: number };

function checkOne({ block, start }: Statement, { end, phrase, at }: Said, events: EvidenceEvent[]): Finding[] {
  const timed = events.filter(
    ({ times, record }) => times.length > 0 && record.isWhole && asksSource(record.call.tool),
  );
  const found = nameColumns(timed).flatMap((column) => {
    const own = rowsNamed(column, phrase);
    return own.length > 0 ? [{ column, own }] : [];
  });
  const beyond = found.map(({ column, own }) => othersBeyond(column, own, end, block.text));
  const [first] = beyond;
  if (!first || beyond.includes(null)) return [];
  const place = placeOf(block, { start: start + at, end: start + at + end.length });
  const actual = `${first} ${end === 'first' ? 'before' : 'after'} it`;
  return [finding('bound', 'warning', place, 'bound-false', { value: `${phrase.trim().slice(0, 60)} ${end}`, actual })];
}

/** What another row has on the other side of a name's rows, in most of the sessions that have both; null where it may be the first. */
function othersBeyond(column: NameColumn, own: EvidenceEvent[], end: End, text: string): string | null {
  const { events, at, values } = column;
  // Of several others those are meant that the text names.
  const named = values.length > 2 ? rowsNamed(column, text) : [];
  const others = (named.length > own.length ? named : events).filter((event) => !own.includes(event));
  const sessions = sessionsOf(events.flatMap(({ times }) => times));
  const within = (some: EvidenceEvent[], session: number[]) =>
    some.filter(({ times }) => times.every((time) => time >= (session[0] ?? 0) && time <= (session.at(-1) ?? 0)));
  const both = sessions
    .map((session) => ({ own: within(own, session), others: within(others, session) }))
    .filter((one) => one.own.length > 0 && one.others.length > 0);
  const isBeyond = (other: EvidenceEvent, some: EvidenceEvent[]) => {
    const [times, own] = [other.times, some.flatMap((event) => event.times)];
    return end === 'first' ? Math.max(...times) < Math.min(...own) : Math.min(...times) > Math.max(...own);
  };
  const broken = both.filter((one) => one.others.some((other) => isBeyond(other, one.own)));
  const [example] = broken;
  if (!example || broken.length < both.length) return null;
  const other = example.others.find((one) => isBeyond(one, example.own));
  return String(other?.row.cells[at] ?? '').slice(0, 60);
}
