import type { Block } from '../blocks';
import { ADVICE, claimsOf, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { eventsOf, namesAt } from '../events';
import { squash } from '../evidence-index';
import { IPV4 } from '../indicators';
import { type Finding, finding } from '../messages';
import { negationsIn } from '../negation';
import { isTimelineRow, statementsOf } from '../statements';
import { DAY } from '../times';

/** Steps that hit whom they name. */
const CONTAINS =
  /^[\s*_|>-]*(?:\[[ x]\]\s*)?(?:\p{L}+ \| )?(?:immediately |now |first |then )?(?:isolate|disable|revoke|lock|deactivate|suspend|terminate|block|drain|rebuild|re-?image|quarantine|contain)\b/iu;
/** Characters of texts in which each name of the advice is searched. */
const [MAX_ADVICE, MAX_TOLD] = [20_000, 200_000];
const LEAVES_OUT = /\b(?:except|unless|like|other than|but|besides|anybody|anyone|any|every)\b/i;
/** What a step spares, or compares with. */
const SPARES = /\b(?:except|only|from|unless|like|other than|as (?:on|for)|allow)\b/i;

/**
 * A step against somebody, or an address, whom nothing in the report ties to the case: in no row of the timeline of its day, not in
 * the summary, and in the evidence as part of ordinary work. A warning: the wrong one may be named.
 */
export function checkAdvised(context: CheckContext): Finding[] {
  const { statements, vocabulary } = statementsOf(context);
  const rows = statements.filter(isTimelineRow);
  const dated = rows.flatMap(({ times }) =>
    times.slice(0, 1).flatMap(({ time }) => (time && !time.timeOfDay ? [time.from] : [])),
  );
  const middle = [...dated].sort((a, b) => a - b)[Math.floor(dated.length / 2)];
  if (rows.length < 3 || middle === undefined) return [];
  const isOfDay = ({ times: [first] }: (typeof rows)[number]) =>
    first?.time === undefined || first.time.timeOfDay || Math.abs(first.time.from - middle) < DAY / 2;
  const implicated = squash(
    [
      ...rows.filter(isOfDay).map(({ text }) => text),
      ...context.blocks.filter(({ section }) => /summary|threat/i.test(section)).map(({ text }) => text),
      JSON.stringify(context.frontMatter ?? ''),
    ].join('\n'),
  );
  const body = context.blocks.filter(({ section }) => !ADVICE.test(section)).map(({ text }) => text);
  const told = squash([...body, JSON.stringify(context.frontMatter ?? '')].join('\n'));
  const advice = squash(context.blocks.flatMap(({ section, text }) => (ADVICE.test(section) ? [text] : [])).join('\n'));
  const isShort = advice.length < MAX_ADVICE && told.length < MAX_TOLD;
  return context.blocks.flatMap((block) => {
    if (!ADVICE.test(block.section) || block.kind === 'heading' || block.text.length > 2000) return [];
    const step = /[.;](?:\s|$)/.exec(block.text)?.index ?? block.text.length;
    const text = block.text.slice(0, step);
    const named = namedIn(block, vocabulary.actors, step);
    const isAgainst = CONTAINS.test(text) && negationsIn(text).length === 0;
    const untied = named.filter(
      ({ value, start, isWho }) =>
        isAgainst && isWho && !implicated.includes(squash(value)) && !SPARES.test(text.slice(0, start)),
    );
    // What the report tells nothing of, and the advice names in passing; a step that cites where it stands says why.
    const unheard = named.filter(({ value, start }) => {
      const key = squash(value);
      if (!isShort || LEAVES_OUT.test(text.slice(0, start)) || told.includes(key)) return false;
      return advice.split(key).length === 2 && !block.own.some((number) => context.records.get(number)?.has(value));
    });
    return [...untied, ...unheard]
      .flatMap(({ value, start, end }) => {
        const record = holderOf(context, value);
        if (record === null) return [];
        const data = { value: block.text.slice(start, end), record };
        return [finding('entity', 'warning', placeOf(block, { start, end }), 'advice-untied', data)];
      })
      .slice(0, 1);
  });
}

type Named = { value: string; start: number; end: number; isWho: boolean };

/** Who and what a step names: accounts, addresses, and ids of keys, sessions and machines. */
function namedIn(block: Block, actors: ReadonlySet<string>, step: number): Named[] {
  return [
    ...namesAt(block.text.slice(0, step), actors).map((one) => ({ ...one, value: one.name, isWho: true })),
    ...claimsOf(block).flatMap(({ value, kind, start, end }) =>
      end <= step && ['indicator', 'id', 'quote'].includes(kind) && !/\s/.test(value) && value.length > 4
        ? [{ value, start, end, isWho: IPV4.test(value) }]
        : [],
    ),
  ];
}

/** The record that has somebody as who acts, or an address or a name in a cell of its own. */
function holderOf({ all }: CheckContext, value: string): number | null {
  const key = squash(value);
  const record = all.find((one) =>
    eventsOf(one).some(
      ({ actors, row }) =>
        actors.includes(value) || row.cells.some((cell) => typeof cell === 'string' && squash(cell) === key),
    ),
  );
  return record?.call.number ?? null;
}
