import { asksSource } from '../../evidence/source-calls';
import { claimsOf, placeOf } from '../claims';
import { partsOf } from '../clauses';
import type { CheckContext } from '../context';
import { type Finding, finding } from '../messages';
import { isDeniedAt, type Statement, statementsOf } from '../statements';
import { type NameColumn, nameColumns, rowsMeant, type Tally, talliesOf, timesNamed, valuesNamed } from '../tallies';

type Side = 'most' | 'least';
/** What says that something has the most or the least of all. */
const RANKS: [RegExp, Side][] = [
  [/\bmost (?:often|active|frequent(?:ly)?|used|common(?:ly)?|of (?:them|all|these|those)\b)/gi, 'most'],
  [/\bleast (?:often|active|frequent(?:ly)?|used|common(?:ly)?)\b/gi, 'least'],
  [/\bbusiest\b/gi, 'most'],
  [/\b(?:quietest|rarest|(?:the )?fewest)\b/gi, 'least'],
  [/\b(?:largest|biggest|highest|heaviest)\b/gi, 'most'],
  [/\b(?:smallest|lowest)\b/gi, 'least'],
  [/\bcomes? first(?= with\b)/gi, 'most'],
  [/\bcomes? last(?= with\b)/gi, 'least'],
  [/(?<!\b(?:at|the) )\bmost\b(?=\s*(?:[,.;)]|\[E|$))/gi, 'most'],
  [/(?<!\b(?:at|the) )\bleast\b(?=\s*(?:[,.;)]|\[E|$))/gi, 'least'],
];

/** Of some only, or of what is not the first. */
const NOT_ALL = /(?:\b(?:one of|among|second|third|next|almost|nearly|at)\b[^,;]{0,24}|\d\s*)$/i;
const IS = /\b(?:is|are|was|were|be)\s+(?:by far\s+|clearly\s+|then\s+|also\s+)?(?:the|its|his|her|their)?\s*$/i;
/** What is left out: `the most frequent after refused pushes`. */
const BUT_AHEAD = /^\W*(?:after|but for|except(?: for)?|apart from|besides|next to|behind)\b/i;
const BUT = /\b(?:after|but for|except(?: for)?|apart from|besides|other than|behind|next to|before)\b/i;

/** `Slack comes first with 12`, `the busiest day was 10 November`: the name that has the most of a column of a cited record, or of its rows. */
export function checkRankings(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    const { events, block } = statement;
    if (block.kind === 'row' && /timeline/i.test(block.section)) return [];
    if (RANKS.every(([words]) => statement.text.search(words) < 0)) return [];
    const columns = nameColumns(events.filter(({ record }) => asksSource(record.call.tool)));
    if (columns.length === 0) return [];
    return RANKS.flatMap(([words, side]) =>
      [...statement.text.matchAll(words)].flatMap((match) =>
        checkOne(statement, columns, { start: match.index, end: match.index + match[0].length }, side),
      ),
    ).slice(0, 1);
  });
}

function checkOne(
  statement: Statement,
  columns: NameColumn[],
  at: { start: number; end: number },
  side: Side,
): Finding[] {
  const { block, text, start } = statement;
  if (isDeniedAt(statement, start + at.start)) return [];
  const clause = partsOf(statement).find((one) => start + at.start >= one.start && start + at.start < one.end);
  const from = clause ? clause.start - start : 0;
  const before = text.slice(from, at.start);
  if (NOT_ALL.test(before)) return [];
  const after = (/^[^,;()[]*/.exec(text.slice(at.end)) ?? [''])[0];
  const clauseText = BUT_AHEAD.test(text) ? text : text.slice(from, at.end) + after;
  const places = subjectsOf(statement, { from, before, after, at });
  for (const place of places) {
    const phrase = text.slice(place.start, place.end);
    const found = columns.flatMap((column) => {
      const names = [
        ...valuesNamed(column, phrase),
        ...timesNamed(column, statement, { start: start + place.start, end: start + place.end }),
      ];
      return names.length > 0 && names.length < column.values.length ? [{ column, names }] : [];
    });
    if (found.length === 0) continue;
    const wrong = found.map(({ column, names }) => outranked(statement, columns, column, names, side, clauseText));
    const [first] = wrong;
    if (!first || wrong.includes(null)) return [];
    const data = { said: text.slice(at.start, at.end), ...first, record: found[0]?.column.record ?? 0 };
    const where = placeOf(block, { start: start + at.start, end: start + at.end });
    return [finding('bound', 'warning', where, 'rank-differs', data)];
  }
  return [];
}

type Place = { start: number; end: number };

/** Where the name may stand that has the most: behind `is`, before it, or anywhere in the clause. */
function subjectsOf(
  { text }: Statement,
  { from, before, after, at }: { from: number; before: string; after: string; at: Place },
): Place[] {
  const behind = { start: from, end: at.start };
  if (IS.test(before)) return [behind];
  const link = /^[^;]{0,80}?(?:\b(?:is|was|are|were|on|by|from|had|has|with)\b|:)\s*/.exec(after);
  const cut = BUT.exec(after)?.index ?? after.length;
  const ahead = link ? [{ start: at.end + link[0].length, end: Math.max(at.end + link[0].length, at.end + cut) }] : [];
  const colon = /^[^.:;,]{0,40}:\s*/.exec(text.slice(at.end));
  // `On the busiest day, lena took four, on the 14th`, `five of them systemctl, his most frequent`
  const rest = /^[^;.]*/.exec(text.slice(at.end))?.[0] ?? '';
  const last = text.slice(0, from).match(/[^,;.]*$/)?.[0] ?? '';
  return [
    ...ahead,
    ...(colon ? [{ start: at.end + colon[0].length, end: at.end + Math.min(after.length, 200) }] : []),
    behind,
    ...(after.trim() === '' || /^\s*(?:day|since|so far)\b/i.test(after)
      ? [
          { start: from - last.length, end: from },
          { start: at.end, end: at.end + rest.length },
        ]
      : []),
  ];
}

/** What has more than some names, or less, by every way to count; null where one way has one of them on top. */
function outranked(
  statement: Statement,
  columns: NameColumn[],
  column: NameColumn,
  names: string[],
  side: Side,
  clause: string,
): Top | null {
  const sets = rowsMeant(column, columns, clause, statement.text);
  const tallies = sets
    .flatMap((rows) => talliesOf(column, rows, clause))
    // Where all come to the same nothing is told.
    .filter((tally) => names.some((name) => tally.has(name)) && new Set(tally.values()).size > 1);
  const told = numbersOf(statement);
  // Where the sentence has the number of what it names, the others are counted the same way.
  const ofNamed = tallies.filter((tally) => names.some((name) => told.includes(tally.get(name) ?? Number.NaN)));
  // `the quietest was the 12th with five`, where another has the five.
  const ofTop = tallies.filter((tally) => told.includes(rankedBy(tally, side)[0]?.[1] ?? Number.NaN));
  const exact = ofNamed.length > 0 ? ofNamed : ofTop;
  const left = BUT.exec(clause);
  const excluded = valuesNamed(column, left ? clause.slice(left.index) : '').filter((value) => !names.includes(value));
  let found: Top | null = null;
  for (const tally of exact.length > 0 ? exact : tallies) {
    const ranked = rankedBy(tally, side).filter(([value]) => !excluded.includes(value));
    // What is left out may be called by another name.
    const [top] = left && excluded.length === 0 ? ranked.slice(1) : ranked;
    if (!top || names.some((name) => tally.get(name) === top[1] || tally.get(name) === ranked[0]?.[1])) return null;
    found ??= { value: top[0], amount: top[1] };
  }
  return found;
}

type Top = { value: string; amount: number };

const rankedBy = (tally: Tally, side: Side): [string, number][] =>
  [...tally].sort((a, b) => (side === 'most' ? b[1] - a[1] : a[1] - b[1]));

const numbersOf = ({ block, start, end }: Statement): number[] =>
  claimsOf(block).flatMap((claim) =>
    claim.number !== undefined && claim.start >= start && claim.end <= end ? [claim.number] : [],
  );
