import { asksSource } from '../../evidence/source-calls';
import { type Block, citationsIn } from '../blocks';
import { claimsOf, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { countOf, type EvidenceEvent, eventsOf, namesAt } from '../events';
import { type EvidenceIndex, numberOf } from '../evidence-index';
import { IPV4 } from '../indicators';
import { type Finding, finding } from '../messages';
import { alertTimes } from '../own-alerts';
import { statementsOf } from '../statements';
import { DAY } from '../times';

const MODAL = /\b(?:would|could|should|might|may|must|if|unless|whether|likely|possibl[ey]|probabl[ey])\b|\?/i;
type Sentence = { block: Block; text: string; start: number; records: EvidenceIndex[] };

/**
 * What a sentence says of all that somebody did: `nobody came from another address`, `dana did nothing that day`, `it never changed
 * its address`. A warning where rows show another address, an act of that day, or several addresses.
 */
export function checkDeniedOthers(context: CheckContext): Finding[] {
  const logs = context.all.filter(({ call }) => asksSource(call.tool) && call.status === 'ok');
  return context.blocks.flatMap((block) => {
    if (block.kind === 'heading' || block.kind === 'row' || block.text.length > 8000) return [];
    return block.sentences.flatMap(({ start, end }) => {
      const text = block.text.slice(start, end);
      if (MODAL.test(text)) return [];
      const cited = citationsIn(text).flatMap((number) => context.records.get(number) ?? []);
      const sentence = { block, text, start, records: cited.filter((record) => logs.includes(record)) };
      return [
        ...checkAnother(context, sentence),
        ...checkIdle(context, sentence, logs),
        ...checkStable(context, sentence),
      ].slice(0, 1);
    });
  });
}

const ANOTHER =
  /\b(?:no (?:single )?(?:log-?[io]ns?|sign-?ins?|calls?|requests?|connections?|events?|attempts?|traffic)(?: at all)?|nobody|no one|nothing)\s+(?:ever )?(?:came|was made|were made|was seen|were seen|is|was|were|went|comes?)\s+(?:from|to) (?:another|any other|a different) (?:address|ip)\b/i;

/** `no login came from another address`, of rows with another. */
function checkAnother(context: CheckContext, { block, text, start, records }: Sentence): Finding[] {
  const match = ANOTHER.exec(text);
  const named = claimsOf(block).filter(
    ({ value, ...at }) => IPV4.test(value) && at.start >= start && at.end <= start + text.length,
  );
  if (!match || named.length === 0) return [];
  const actors = namesAt(text, statementsOf(context).vocabulary.actors).map(({ name }) => name);
  for (const record of records) {
    const events = eventsOf(record).filter(
      (event) => countOf(event) !== 0 && (actors.length === 0 || actors.some((name) => event.actors.includes(name))),
    );
    const other = events.flatMap(addressesOf).find((address) => !named.some(({ value }) => value === address));
    if (other) return [contradicted(block, start + match.index, match[0], other, record)];
  }
  return [];
}

const addressesOf = ({ row }: EvidenceEvent): string[] =>
  row.cells.filter((cell): cell is string => typeof cell === 'string' && IPV4.test(cell));

const IDLE =
  /\b(?:did nothing|made no (?:calls?|requests?)|(?:was|were) (?:not active|inactive|idle|silent)|had no activity)\b(?: at all)?(?= (?:on|that|this|during) (?:the |this |that )?(?:whole |same )?(?:day|night|morning|evening)\b|[^.;,]{0,20}\bthat day\b)/i;

/** `dana.kim did nothing on that day`, of somebody who has rows on the day of the alert, or of the one that the sentence names. */
function checkIdle(context: CheckContext, { block, text, start }: Sentence, logs: EvidenceIndex[]): Finding[] {
  const match = IDLE.exec(text);
  if (!match) return [];
  const actors = namesAt(text.slice(0, match.index), statementsOf(context).vocabulary.actors).map(({ name }) => name);
  const said = claimsOf(block).find(({ time, ...at }) => time && at.start >= start && at.end <= start + text.length);
  const alerts = said?.time && !said.time.timeOfDay ? [said.time.from] : alertTimes(context);
  const days = new Set(alerts.map((time) => Math.floor(time / DAY)));
  const last = alerts.length === 0 ? lastDayOf(logs) : null;
  const isThen = (time: number) => (last === null ? days.has(Math.floor(time / DAY)) : Math.floor(time / DAY) === last);
  for (const record of logs) {
    const event = eventsOf(record).find(
      (one) => countOf(one) !== 0 && one.actors.some((name) => actors.includes(name)) && one.times.some(isThen),
    );
    if (event)
      return [contradicted(block, start + match.index, match[0], event.actions[0] ?? 'rows of that day', record)];
  }
  return [];
}

/** The day that the logs end with, where no alert says which one is meant. */
const lastDayOf = (logs: EvidenceIndex[]): number =>
  Math.floor(Math.max(0, ...logs.flatMap((record) => eventsOf(record).map(({ times }) => times.at(-1) ?? 0))) / DAY);

const STABLE =
  /\b(?:never changed (?:its|his|her|their) (?:address|ip|client|agent|program)|(?:always|only ever) (?:from|used|uses|came from|comes from|worked from) (?:one|the same|a single) (?:address|ip|client|agent|program))\b/i;
const COLUMNS: [RegExp, RegExp, RegExp][] = [
  [/address|ip/i, /^(?:addresses|ips|n_(?:ips|addresses)|distinct_ips)$/i, /(?:^|_| )ip$|address$/i],
  [/client|agent|program/i, /^(?:agents|clients|n_agents|user_agents)$/i, /agent$|client$/i],
];

/** `never changed its address`, of rows that count more than one, or show several. */
function checkStable(context: CheckContext, { block, text, start, records }: Sentence): Finding[] {
  const match = STABLE.exec(text);
  const [, counted, shown] = COLUMNS.find(([words]) => words.test(match?.[0] ?? '')) ?? [];
  if (!match || !counted || !shown) return [];
  const actors = namesAt(text, statementsOf(context).vocabulary.actors).map(({ name }) => name);
  for (const record of records) {
    const events = eventsOf(record).filter(
      (event) => actors.length === 0 || event.actors.length === 0 || actors.some((name) => event.actors.includes(name)),
    );
    const values = new Set<string>();
    for (const { columns, row } of events)
      for (const [at, cell] of row.cells.entries()) {
        if (counted.test(columns[at] ?? '') && (numberOf(cell) ?? 0) > 1)
          return [contradicted(block, start + match.index, match[0], `${numberOf(cell)} ${columns[at]}`, record)];
        if (shown.test(columns[at] ?? '') && typeof cell === 'string' && cell !== '') values.add(cell);
      }
    const people = new Set(events.map(({ actors: [name] }) => name));
    if (values.size > 1 && (actors.length > 0 || people.size === 1))
      return [contradicted(block, start + match.index, match[0], [...values].slice(0, 3).join(', '), record)];
  }
  return [];
}

function contradicted(block: Block, start: number, what: string, value: string, record: EvidenceIndex): Finding {
  const place = placeOf(block, { start, end: start + Math.min(what.length, 80) });
  const data = { what: what.slice(0, 70), value, record: record.call.number };
  return finding('absence', 'warning', place, 'absence-contradicted', data);
}
