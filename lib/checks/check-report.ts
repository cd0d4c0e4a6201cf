import type { EvidenceRecord } from '../evidence/evidence-record';
import { parseReport } from '../report/report';
import { readBlocks } from './blocks';
import type { CheckContext } from './context';
import { EvidenceIndex } from './evidence-index';
import type { CheckFinding } from './finding';
import { type Finding, finding, presentFinding } from './messages';
import { ownAlerts } from './own-alerts';
import { checkAbsence } from './rules/absence';
import { checkActionTimes } from './rules/action';
import { checkActors } from './rules/actor';
import { checkActorThings } from './rules/actor-thing';
import { checkAdvised } from './rules/advised';
import { checkAmounts } from './rules/amount';
import { checkBenign } from './rules/benign';
import { checkBindings } from './rules/binding';
import { checkBounds } from './rules/bound';
import { checkCitations } from './rules/citation';
import { checkClauseOutcomes } from './rules/clause-outcome';
import { checkClients } from './rules/client';
import { checkClockBounds } from './rules/clock-bound';
import { checkComparisons } from './rules/comparison';
import { checkCounts } from './rules/count';
import { checkCountBounds } from './rules/count-bound';
import { checkDeedCounts } from './rules/deed-count';
import { checkDefanged } from './rules/defang';
import { checkDeniedEvents } from './rules/denied-events';
import { checkDeniedOthers } from './rules/denied-others';
import { checkDeniedThings } from './rules/denied-things';
import { checkDoers } from './rules/doer';
import { checkElapsed } from './rules/elapsed';
import { checkEndTimes } from './rules/end-time';
import { checkEnded } from './rules/ended';
import { checkEntities } from './rules/entity';
import { checkEvidence } from './rules/evidence';
import { checkFirstOf } from './rules/first-of';
import { checkForm } from './rules/form';
import { checkFractions } from './rules/fraction';
import { checkHabits } from './rules/habit';
import { checkIntervals } from './rules/interval';
import { checkLengths } from './rules/length';
import { checkLengthBounds } from './rules/length-bound';
import { checkMoments } from './rules/moment';
import { checkNamedNumbers } from './rules/named-number';
import { checkNovelty } from './rules/novelty';
import { checkOnly } from './rules/only';
import { checkOrder } from './rules/order';
import { checkOrdinals } from './rules/ordinal';
import { checkOutcomes } from './rules/outcome';
import { checkPairs } from './rules/pair';
import { checkPlaces } from './rules/place';
import { checkPresence } from './rules/presence';
import { checkRankings } from './rules/ranking';
import { checkReadings } from './rules/reading';
import { checkRows } from './rules/row';
import { checkRowActors } from './rules/row-actor';
import { checkSeconds } from './rules/second';
import { checkSequences } from './rules/sequence';
import { checkSize } from './rules/size';
import { checkStatements } from './rules/statement';
import { checkStrangers } from './rules/stranger';
import { checkSummary } from './rules/summary';
import { checkTechniques } from './rules/technique';
import { checkTimeline } from './rules/timeline';
import { checkToldOrder } from './rules/told-order';
import { checkToldOutcomes } from './rules/told-outcome';
import { checkTotals } from './rules/total';
import { checkUnshownFailures } from './rules/unshown-failure';
import { checkValueBounds } from './rules/value-bound';

/** Far above any report that people read. */
export const MAX_CHARACTERS = 1_000_000;
const MAX_FINDINGS = 500;

const RULES: ((context: CheckContext) => Finding[])[] = [
  checkForm,
  checkSize,
  checkSummary,
  checkTechniques,
  checkTimeline,
  checkCitations,
  checkEvidence,
  checkStatements,
  checkEntities,
  checkStrangers,
  checkActors,
  checkRowActors,
  checkDoers,
  checkActorThings,
  checkAdvised,
  checkRows,
  checkPairs,
  checkBindings,
  checkPlaces,
  checkClients,
  checkActionTimes,
  checkMoments,
  checkElapsed,
  checkIntervals,
  checkLengths,
  checkOrder,
  checkSequences,
  checkToldOrder,
  checkFirstOf,
  checkEndTimes,
  checkOrdinals,
  checkOutcomes,
  checkToldOutcomes,
  checkClauseOutcomes,
  checkUnshownFailures,
  checkSeconds,
  checkEnded,
  checkCounts,
  checkNamedNumbers,
  checkAmounts,
  checkDeedCounts,
  checkReadings,
  checkBounds,
  checkCountBounds,
  checkLengthBounds,
  checkValueBounds,
  checkClockBounds,
  checkRankings,
  checkComparisons,
  checkAbsence,
  checkDeniedEvents,
  checkDeniedOthers,
  checkDeniedThings,
  checkOnly,
  checkPresence,
  checkNovelty,
  checkHabits,
  checkTotals,
  checkFractions,
  checkDefanged,
  checkBenign,
];

/**
 * Checks a report against its evidence: what it says and the evidence does not support, in the order of the text. Pure.
 * `alerts` is text that may be repeated without a citation (the case's own alerts).
 */
export function checkReport(
  markdown: string,
  evidence: (EvidenceRecord | EvidenceIndex)[],
  alerts = '',
): CheckFinding[] {
  return findProblems(markdown, evidence, alerts).map(presentFinding);
}

export function findProblems(markdown: string, evidence: (EvidenceRecord | EvidenceIndex)[], alerts = ''): Finding[] {
  if (markdown.length > MAX_CHARACTERS) {
    const place = { line: 1, column: 1, endColumn: 2 };
    return [finding('not-checked', 'error', place, 'report-too-large', { characters: markdown.length })];
  }
  const all = evidence.map((item) => (item instanceof EvidenceIndex ? item : new EvidenceIndex(item)));
  const { frontMatter, body } = parseReport(markdown);
  const front = markdown.slice(0, markdown.length - body.length);
  const context: CheckContext = {
    markdown,
    lines: markdown.split('\n'),
    frontMatter,
    blocks: readBlocks(markdown),
    records: new Map(all.map((record) => [record.call.number, record])),
    all,
    known: textIndex([front, alerts, ...ownAlerts(all, frontMatter)].join('\n')),
  };
  const findings = withoutEchoes(RULES.flatMap((rule) => rule(context)));
  return findings.sort((a, b) => a.line - b.line || a.column - b.column).slice(0, MAX_FINDINGS);
}

/** A number that a closer rule has the right value for is not said to be missing as well, and two rules say the same of a line once. */
function withoutEchoes(all: Finding[]): Finding[] {
  const findings = [...new Map(all.toReversed().map((one) => [sameSaid(one), one])).values()].toReversed();
  const placeOf = ({ line, column }: Finding): string => `${line}:${column}`;
  const judged = new Set(findings.filter(({ reason }) => JUDGED.has(reason)).map(placeOf));
  const sure = new Set(findings.filter(({ reason }) => !LAST.has(reason)).map(placeOf));
  const ordered = new Set(findings.filter(({ reason }) => ORDERS.has(reason)).map(({ line }) => line));
  return findings.filter(
    (one) =>
      (!ECHOES.has(one.reason) || !judged.has(placeOf(one))) &&
      (!LAST_OF_LINE.has(one.reason) || !ordered.has(one.line)) &&
      (!LAST.has(one.reason) || !sure.has(placeOf(one))),
  );
}
const sameSaid = ({ line, rule, reason, data, column }: Finding): string =>
  JSON.stringify(reason === 'outcome-differs' ? [line, rule, data] : [line, column, rule, reason, data]);
const JUDGED: ReadonlySet<string> = new Set([
  'count-differs',
  'number-of-another',
  'bound-false',
  'moment-empty',
  'number-of-name',
  'share-differs',
]);
/** What is said only where no such thing is said of its line. */
const LAST_OF_LINE: ReadonlySet<string> = new Set(['order-turned', 'limit-differs']);
/** What says that two things came the other way round, or not so far apart. */
const ORDERS: ReadonlySet<string> = new Set([
  'order-differs',
  'bound-false',
  'time-differs',
  'length-differs',
  'moment-empty',
]);
/** What is said only where nothing else is. */
const LAST: ReadonlySet<string> = new Set(['reading-differs', 'length-differs']);
const ECHOES: ReadonlySet<string> = new Set(['number-not-in-cited', 'number-unsupported']);

/** Text of the case itself, looked things up in like a record. */
function textIndex(text: string): EvidenceIndex {
  return new EvidenceIndex({
    number: 0,
    server: '',
    tool: '',
    args: null,
    status: 'ok',
    rows: null,
    durationMs: 0,
    truncated: false,
    timeFrom: null,
    timeTo: null,
    text,
    structured: null,
  });
}
