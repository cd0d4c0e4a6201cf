import { asksSource } from '../../evidence/source-calls';
import { NOT_OF_LOGS, OF_SOURCES } from '../absence-support';
import { citationsIn } from '../blocks';
import { ADVICE, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { type Denial, rangeOf } from '../denied-range';
import { countOf, type EvidenceEvent, eventsOf } from '../events';
import type { EvidenceIndex } from '../evidence-index';
import { mentionIn } from '../mentions';
import { type Finding, finding } from '../messages';
import { negationsIn } from '../negation';
import { outcomeAbout } from '../outcome-words';
import { rowAgainst } from '../plain-denials';
import { entitiesAsked, isAnswer } from '../queries';
import { statementsOf } from '../statements';

const MODAL =
  /\b(?:would|could|should|might|may|must|can|if|unless|whether|likely|possible|possibly|probabl[ey]|expect\w*|recommend\w*|needs?|seems?)\b|\?/i;
/** Words that reach over the whole log. */
const EVERYWHERE =
  /\b(?:nobody|no[ -]one|anybody|anyone|anywhere|nowhere|at all|so far|ever|in the (?:whole |entire )?(?:log|period|case)|of the log)\b/i;

/**
 * `Nobody edited or viewed a file`, `no mail was read so far`: rows that have every word of what is denied, of whom and when the
 * sentence says it. A warning: words may mean something else.
 */
export function checkDeniedThings(context: CheckContext): Finding[] {
  if (!context.all.some(({ call }) => asksSource(call.tool))) return [];
  return context.blocks.flatMap((block) => {
    if (block.kind === 'heading' || ADVICE.test(block.section) || block.text.length > 8000) return [];
    const spans = block.kind === 'row' ? block.cells : block.sentences;
    return spans.flatMap((span) => {
      const sentence = block.text.slice(span.start, span.end);
      if (MODAL.test(sentence)) return [];
      const denials = negationsIn(sentence.replace(/`[^`\n]*`/g, (code) => ' '.repeat(code.length)));
      return denials
        .flatMap(({ word, start }) => {
          const rest = sentence.slice(start + word.length);
          const length = /[,;:.()](?:\s|$)|\s[–—]\s|\[E\d|\s(?:and|because|so that|nor|no|nobody|nothing)\s|\|/.exec(
            rest,
          )?.index;
          const end = start + word.length + (length ?? rest.length);
          return checkDenial(context, {
            block,
            word,
            sentence,
            start: span.start + start,
            end: span.start + end,
            scope: sentence.slice(start + word.length, end),
            before: sentence.slice(0, start),
          });
        })
        .slice(0, 1);
    });
  });
}

function checkDenial(context: CheckContext, denial: Denial): Finding[] {
  const { block, word, scope, start, end } = denial;
  if (!/^(?:no|nobody|nothing|never|none|nor|neither|not|\p{L}+n[’']t)$/u.test(word)) return [];
  if (NOT_OF_LOGS.test(`${word}${scope}`) || OF_SOURCES.test(`${word}${scope}`)) return [];
  const cited = citedBehind(denial).flatMap((number) => context.records.get(number) ?? []);
  const event = rowWithin(context, denial, cited) ?? rowAgainst(context, denial, cited);
  if (!event) return [];
  const what = block.text.slice(start, end).replace(/\s+/g, ' ').trim().slice(0, 70);
  const who = event.actors.find((name) => !name.startsWith('arn:'));
  const value = [event.actions[0], who].filter(Boolean).join(' by ') || 'rows of it';
  const place = placeOf(block, { start, end: Math.min(end, start + 80) });
  return [
    finding('absence', 'warning', place, 'absence-contradicted', { what, value, record: event.record.call.number }),
  ];
}

/** A row in the reach of a denial that has all of its words. */
function rowWithin(context: CheckContext, denial: Denial, all: EvidenceIndex[]): EvidenceEvent | null {
  const { word, scope } = denial;
  const meant = rangeOf(context, denial);
  if (!meant) return null;
  const cited = all.filter(({ call }) => asksSource(call.tool));
  const isWide = EVERYWHERE.test(`${word}${scope}`) || meant.isBound;
  if (!isWide && cited.length === 0) return null;
  const outcome = outcomeAbout(scope);
  const events = meant.parts
    .flatMap((part) => eventsSaid(context, part, meant.isAnything))
    .filter(
      (one) =>
        isAnswer(one.record) &&
        asksSource(one.record.call.tool) &&
        (isWide || cited.includes(one.record)) &&
        countOf(one) !== 0 &&
        (outcome === null ? meant.isAnything || one.outcome !== 'failure' : one.outcome === outcome) &&
        isWithin(context, one, cited) &&
        meant.fits(one),
    );
  if (meant.isOfSeveral && new Set(events.flatMap(({ actors: [name] }) => name ?? [])).size < 2) return null;
  return events[0] ?? null;
}

/** What a file is called says nothing where the log's action is the verb alone: `edit`, `view`. */
const GENERIC = /\s+(?:an?\s+|the\s+|any\s+)?(?:files?|documents?|items?|anything|something)$/i;

/** Events that have all words of a part of a denial; of `made no call` any. */
function eventsSaid(context: CheckContext, part: string, isAnything: boolean): EvidenceEvent[] {
  if (isAnything) return context.all.flatMap((record) => eventsOf(record).filter(({ times }) => times.length > 0));
  const of = (text: string): EvidenceEvent[] => {
    const mention = mentionIn(context, text);
    return mention?.isWhole && mention.end === null && mention.words > 0 ? mention.said : [];
  };
  const said = of(part);
  if (said.length > 0 || !GENERIC.test(part)) return said;
  const verb = part.replace(GENERIC, '');
  return of(verb).filter(({ actions }) => actions.some((name) => name.length > 3 && verb.startsWith(name)));
}

/** Records that a denial cites: the next behind it, else those of its sentence or row. */
function citedBehind({ block, start, sentence }: Denial): number[] {
  if (block.kind === 'row') return block.cited;
  const behind = /^[^.;]*?((?:\[E[^\]]+\]\s*)+)/.exec(block.text.slice(start, start + 400))?.[1];
  return citationsIn(behind ?? sentence);
}

/** Whether an event lies in the range of what is cited, and is of whom that was asked. */
function isWithin(context: CheckContext, event: EvidenceEvent, cited: EvidenceIndex[]): boolean {
  if (cited.length === 0 || cited.includes(event.record)) return true;
  const { vocabulary } = statementsOf(context);
  return cited.some((record) => {
    const { timeFrom, timeTo } = record.call;
    const [from, to] = [
      timeFrom ? Date.parse(timeFrom) : Number.NEGATIVE_INFINITY,
      timeTo ? Date.parse(timeTo) : Number.POSITIVE_INFINITY,
    ];
    const asked = entitiesAsked(record, vocabulary);
    return (
      event.times.some((time) => time >= from && time <= to) &&
      (asked.length === 0 || asked.some((name) => event.row.text.includes(name) || event.actors.includes(name)))
    );
  });
}
