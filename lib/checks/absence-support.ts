import type { Block } from './blocks';
import type { Claim } from './claims';
import { clausesOf } from './clauses';
import type { EvidenceIndex } from './evidence-index';
import { negationsIn } from './negation';
import { DAY, saysTime } from './times';

/** Days of a range among which a day without a year is searched. */
const MOST_DAYS = 400;

/** Denials that are about the work, the conclusion or the organisation, not about what the logs hold. */
export const NOT_OF_LOGS =
  /\b(?:ATT&CK|techniques?|hypothes[ie]s|tickets?|baseline|connected|investigated|quer(?:y|ied)|covered|asked|known|clear|certain|prove[sn]?|proof|doubt|reasons?|needs?|required?|severity|reviewers?|confirm\w*|announce\w*|explain\w*|explanation|mean(?:s|t)?|matters?|longer|plans?|probe|past cases?|case|precedents?|open question|look(?:ed)? at|scope|legitimate|benign|malicious|suspicious|normal|unusual|indicat\w+|conclusion|decided?|approved?|enough|sufficient|available|configured|enabled|in place|belong\w*|think|believe|say|says|tell|tells|told|excluded?|ruled out|same|alone|itself|travels?|columns?|fields?|tables?|bod(?:y|ies) of|ids?|end\b(?! of))\b/i;
/** `No endpoint or proxy logs`, `there is no source of …`: about what can be asked, not about what happened. */
export const OF_SOURCES =
  /^(?:no|without|neither)\s+(?:(?:(?!(?:in|from|of|to|at|on|by|with|was|were)\b)[\p{L}-]+,?\s+(?:(?:or|and|nor)\s+)?){0,8}logs?\W*$|(?:such |more )?(?:sources?|columns?|fields?|tables?)\b)/iu;
/** What a sentence says of a question that found no answer: `not logged`, `the query for it failed`, `no such column`. */
export const IS_GAP =
  /\b(?:fail(?:ed|s|ure)|unknown|gaps?|missing|not (?:covered|logged|recorded|collected|answered|available|known|visible)|(?:can|could)(?:not|n[’']t| not) be|isn[’']t (?:visible|known|logged)|(?:no|without) (?:such )?(?:\p{L}+ )?(?:columns?|fields?|sources?|tables?|logs?))\b/iu;
const ELSEWHERE =
  /\b(?:elsewhere|other than|instead of|outside|except|apart from|nowhere|silent|quiet|still|remains?)\b/i;

/**
 * Whether what a claim names is not to be in the cited records, since the sentence says that it was not there: `the job has not
 * called X`, of a query that shows it by its rows or by having none.
 */
export function isOfAbsence({ start }: Claim, sentence: string, { text }: Block, cited: EvidenceIndex[]): boolean {
  const from = text.indexOf(sentence);
  if (from < 0) return false;
  const denies = (part: string) => negationsIn(part).length > 0 || ELSEWHERE.test(part);
  // `Connections of X. There is no log of flows [E2].`: what the next sentence denies, of one that cites nothing itself.
  const rest = text.slice(from + sentence.length);
  if (!/\[E\d/.test(sentence) && denies(/^\s*[^.]{1,120}/.exec(rest)?.[0] ?? '')) return true;
  if (cited.length > 0 && cited.every(({ call }) => call.status === 'ok' && call.rows === 0)) return denies(sentence);
  const clauses = clausesOf({ text: sentence, start: from });
  const at = clauses.findIndex((clause) => start >= clause.start && start < clause.end);
  // Its own clause, or one right behind it: `deny X to the job; it has not called it`.
  return clauses.slice(Math.max(0, at), at + 3).some((clause) => denies(text.slice(clause.start, clause.end)));
}

/** `The weekend of 14 and 15 November has no deployment`: a day of the range asked for that its sentence says had nothing. */
export function isEmptyDay({ time }: Claim, sentence: string, cited: EvidenceIndex[]): boolean {
  if (!time || time.to - time.from !== DAY || time.timeOfDay || negationsIn(sentence).length === 0) return false;
  return cited.some(({ call: { timeFrom, timeTo } }) => {
    if (timeFrom === null || timeTo === null) return false;
    const [from, to] = [Date.parse(timeFrom), Math.min(Date.parse(timeTo), Date.parse(timeFrom) + MOST_DAYS * DAY)];
    for (let at = from; at < to; at += DAY) if (saysTime(time, at)) return true;
    return saysTime(time, to - 1);
  });
}
