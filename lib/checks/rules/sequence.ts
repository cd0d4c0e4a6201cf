import { placeOf } from '../claims';
import { phraseAhead, phraseBehind } from '../clauses';
import type { CheckContext } from '../context';
import type { EvidenceEvent } from '../events';
import { squash } from '../evidence-index';
import { mentionIn } from '../mentions';
import { type Finding, finding } from '../messages';
import { negationsIn } from '../negation';
import { type Statement, statementsOf } from '../statements';
import { clockOf } from '../times';
import { deedsTold, isTold } from '../told-deeds';

/** `A, then B`, `A and only then B` */
const THEN = /,?\s+(?:and\s+)?(?:only\s+)?(?:then|afterwards|subsequently)\s+(?!again\b)/gi;
/** Items of one list at most. */
const MAX_ITEMS = 8;

type Item = { text: string; start: number };

/** `mail, then files, then the rule`: each thing of a list began before the next one ended. A warning: words say what is meant. */
export function checkSequences(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    const { block, text, start } = statement;
    const spans =
      block.kind === 'row' ? block.cells.map((cell) => ({ ...cell })) : [{ start, end: start + text.length }];
    return spans.flatMap((span) => checkSpan(context, statement, span)).slice(0, 1);
  });
}

function checkSpan(context: CheckContext, statement: Statement, span: { start: number; end: number }): Finding[] {
  const { block } = statement;
  const text = block.text.slice(span.start, span.end);
  if (negationsIn(text).length > 0) return [];
  const items = itemsOf(text).map((item) => ({ ...item, events: eventsOf(context, statement, item.text) }));
  return items.slice(1).flatMap((second, at) => {
    const first = items[at];
    if (!first || first.events.length === 0 || second.events.length === 0) return [];
    if (first.events.some((event) => second.events.includes(event))) return [];
    const began = Math.min(...first.events.flatMap(({ times }) => times));
    const ended = Math.max(...second.events.flatMap(({ times }) => times));
    if (began - ended < 1000) return [];
    const place = placeOf(block, {
      start: span.start + second.start,
      end: span.start + second.start + Math.min(60, second.text.length),
    });
    const data = {
      earlier: shown(second.text),
      earlierAt: clockOf(ended),
      later: shown(first.text),
      laterAt: clockOf(began),
      record: second.events[0]?.record.call.number ?? 0,
    };
    return [finding('bound', 'warning', place, 'order-differs', data)];
  });
}

const shown = (text: string): string =>
  text
    .replace(/[`*_]|\[E[^\]]*\]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 60);

/** The things that a text tells one after the other. */
function itemsOf(text: string): Item[] {
  const marks = [...text.matchAll(THEN)];
  if (marks.length === 0 || marks.length > MAX_ITEMS) return [];
  const [first] = marks;
  const head = phraseBehind(text.slice(0, first?.index));
  const items: Item[] = [{ text: head, start: (first?.index ?? 0) - head.length }];
  for (const [at, mark] of marks.entries()) {
    const from = mark.index + mark[0].length;
    const whole = text.slice(from, marks[at + 1]?.index ?? text.length);
    items.push({ text: phraseAhead(whole), start: from });
  }
  return items;
}

const SMALL =
  /^(?:the|a|an|its|his|her|their|to|was|were|is|are|been|had|has|that|this|those|these|all|one|two|three|four|five|six|it|he|she|they|of|in|on|for|and|by|with|from|some|more|new|other|first|second|last|what|who|which)$/;

/** The cited events that a thing's own words name: an act, or words that what was done is called by. */
function eventsOf(context: CheckContext, { events }: Statement, text: string): EvidenceEvent[] {
  const timed = events.filter(({ times }) => times.length > 0);
  const deeds = deedsTold(text).filter(({ entries }) => entries.some(({ object }) => object !== null));
  const done = timed.filter((event) => deeds.some((deed) => isTold(event, deed)));
  if (done.length > 0) return done;
  const code = [...text.matchAll(/`([^`]{3,60})`/g)].map(([, name = '']) => squash(name));
  const words = (
    text
      .replace(/`[^`]*`/g, ' ')
      .toLowerCase()
      .match(/\p{L}{3,}/gu) ?? []
  )
    .filter((word) => !SMALL.test(word))
    .map((word) => word.replace(/ies$/, 'y').replace(/s$/, ''));
  if (words.length > 0 && words.length < 4) {
    const called = timed.filter(({ actions }) => actions.some((name) => words.every((word) => name.includes(word))));
    if (called.length > 0) return called;
  }
  const named = words.length < 3 ? timed.filter(({ row }) => code.some((key) => row.text.includes(key))) : [];
  if (code.length > 0 && named.length > 0) return named;
  const mention = mentionIn(context, text);
  return mention?.isWhole && mention.words > 1 ? mention.said.filter((event) => timed.includes(event)) : [];
}
