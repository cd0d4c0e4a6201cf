import { isEmptyDay, isOfAbsence } from '../absence-support';
import { type Block, citationGroups, citationsIn, sentenceAt } from '../blocks';
import { citeFix, writeFix } from '../cite';
import { type Around, contextOf, isArithmetic, isOfList, isTimesAs, isUntold, nounsAfter } from '../claim-context';
import { ADVICE, type Claim, claimsOf, LESSONS, placeOf, plainText } from '../claims';
import type { CheckContext } from '../context';
import {
  isBetween,
  isEvery,
  isLength,
  isRangeLength,
  isRate,
  isSinceAlert,
  isSinceTold,
  isStepFrom,
  isToTimeline,
  isWithin,
} from '../durations';
import type { EvidenceIndex } from '../evidence-index';
import { holds } from '../held-values';
import { isLooselyComputable, isSomewhere } from '../loose-numbers';
import { type Finding, finding } from '../messages';
import { isNegated, negationsIn } from '../negation';
import { isComputable } from '../numbers';
import { alertTimes } from '../own-alerts';
import { isReading } from '../readings';
import { isSizeMeasure } from '../sizes';
import { isSpokenLength } from '../spoken-lengths';
import { isSpoken } from '../spoken-numbers';
import { isSupported } from '../supported';
import { DAY, saysTime } from '../times';
import { isBoundThatHolds } from './bound';
import { countMeant } from './count';
import { sharesInTables } from './total';

/** Claims of one report that are checked; honest reports have a few hundred. */
const MAX_CLAIMS_OF_REPORT = 3000;
/** Claims beside a claim in its sentence that may say what it is about. */
const MAX_NEAR = 24;

/**
 * Each number, time, indicator, id and quoted name of the text against the records that its sentence cites, or those before it in
 * its block, or those that lead to its list or table. An error: no evidence of the case supports it. A warning: another record
 * does, or nothing is cited.
 */
export function checkEvidence(context: CheckContext): Finding[] {
  const shares = sharesInTables(context.blocks);
  const supported = new Set<string>();
  const counted = new Map<number, Set<string>>();
  const repeated: { finding: Finding; claim: Claim; after: string[]; sentence: string }[] = [];
  const told: number[] = [];
  const days: { finding: Finding; claim: Claim }[] = [];
  const lessons: { finding: Finding; claim: Claim }[] = [];
  const uncited: Candidate[] = [];
  const findings: Finding[] = [];
  let count = 0;
  for (const block of context.blocks) {
    const claims = claimsOf(block);
    count += claims.length;
    if (count > MAX_CLAIMS_OF_REPORT) {
      const place = placeOf(block, { start: 0, end: 1 });
      findings.push(finding('not-checked', 'error', place, 'too-many-claims', { limit: MAX_CLAIMS_OF_REPORT }));
      break;
    }
    for (const [index, claim] of claims.entries()) {
      // A share of the table's own column is arithmetic.
      if (claim.kind === 'technique' || (claim.kind === 'number' && shares.get(block)?.start === claim.start)) continue;
      const candidate = candidateOf(context, block, claims, index);
      if (saysNothing(context, candidate)) continue;
      if (candidate.cited.length === 0) uncited.push(candidate);
      else {
        const found = checkCited(context, candidate);
        const after = nounsAfter(block, claim);
        const isDay = claim.time !== undefined && claim.time.to - claim.time.from === DAY;
        if (claim.time && !found) told.push(claim.time.from);
        const isLesson = LESSONS.test(block.section);
        if (found?.reason === 'number-not-in-cited' && isLesson) lessons.push({ finding: found, claim });
        else if (found?.reason === 'number-not-in-cited' && isDefinite(block, claim))
          repeated.push({ finding: found, claim, after, sentence: candidate.around.sentence });
        else if (found?.reason === 'value-elsewhere' && isDay) days.push({ finding: found, claim });
        // A sentence that cites nothing itself repeats what another has cited.
        else if (
          found?.reason === 'value-elsewhere' &&
          block.kind === 'paragraph' &&
          candidate.around.across.length === 0
        )
          lessons.push({ finding: found, claim });
        else if (found) findings.push(found);
        else {
          supported.add(keyOf(claim));
          for (const noun of after)
            counted.set(claim.number ?? 0, (counted.get(claim.number ?? 0) ?? new Set()).add(noun));
        }
      }
    }
  }
  // `The three addresses` are those that another sentence counts.
  const isCounted = ({ claim, after, sentence }: (typeof repeated)[number]) =>
    after.some((noun) => counted.get(claim.number ?? 0)?.has(noun)) || negationsIn(sentence).length > 0;
  const open = [
    ...repeated.filter((one) => !isCounted(one)),
    // A lesson repeats what the report has told.
    ...lessons.filter(({ claim }) => !supported.has(keyOf(claim))),
    // Nor is a day that another sentence tells about.
    ...days.filter(({ claim: { time } }) => !told.some((at) => time && saysTime(time, at))),
  ].map((one) => one.finding);
  return [...findings, ...open, ...checkUncited(context, uncited, supported)];
}

/** What needs no evidence of its own: arithmetic, a bound that holds, plain words, advice, what is denied; or cites records that don't exist, said there. */
function saysNothing(context: CheckContext, { claim, block, around, cited, numbers }: Candidate): boolean {
  const isMissing = numbers.length > 0 && cited.length === 0;
  return (
    isMissing ||
    isArithmetic(claim, around) ||
    isOfList(block, claim) ||
    isUntold(claim, block, around) ||
    isQuoted(claim, block, context.known, cited) ||
    (claim.measure !== undefined && isBoundThatHolds(context, block, claim)) ||
    isRangeLength(claim, around.across.length > 0 ? around.across : cited) ||
    (claim.kind === 'number' ? isTimesAs(claim, block, cited) : isNegated(block.text, claim.start, claim.end)) ||
    (ADVICE.test(block.section) && claim.kind === 'quote' && /^[a-z]{2,10}$/.test(claim.value)) ||
    // `between 01:00Z and 01:15Z on Thursdays`: what is to be, and no event.
    (ADVICE.test(block.section) && claim.time?.timeOfDay === true) ||
    isPlainWords(claim) ||
    (claim.kind !== 'number' && DENIED_AFTER.test(block.text.slice(claim.end, claim.end + 40))) ||
    isLocalTime(claim, block) ||
    isOption(claim, block)
  );
}

/** `CreateUser was not called`: what is denied needs no evidence that has it. */
const DENIED_AFTER =
  /^[`*_]*\s+(?:(?:was|were|is|are|has|have|had|did|does|do)(?:\s+not|n[’']t|\s+never)|never|appears nowhere)\b/i;

/** `22:01:20 UTC, that is 23:01 in Berlin` */
const isLocalTime = ({ time, end }: Claim, { text }: Block): boolean =>
  time?.timeOfDay === true &&
  /^[`*_]*\s+(?:in \p{Lu}\p{Ll}|local\b(?! time \()|(?:his|her|their|office) time\b)/u.test(text.slice(end, end + 24));

/** `--ignore-scripts`, `iam.disableServiceAccountKeyCreation`: an option or a setting that is to be used. */
const isOption = ({ kind, value }: Claim, { section }: Block): boolean =>
  kind === 'quote' && ADVICE.test(section) && /^--?[a-z][\w-]*$|^[a-z]+\.[a-z]+(?:[A-Z][a-z]+)+$/.test(value);

/** Whether a number is of what the text has told before: `the three addresses`, `all 21 calls`. */
const isDefinite = ({ text }: Block, { start }: Claim): boolean =>
  /\b(?:the|these|those|its|his|her|their|all|both|such)\s+[*_`]*$/i.test(text.slice(Math.max(0, start - 12), start));

const isOfTimeline = ({ kind, section }: Block): boolean => kind === 'row' && /timeline/i.test(section);

type Candidate = {
  claim: Claim;
  block: Block;
  around: Around;
  numbers: number[];
  cited: EvidenceIndex[];
  first: EvidenceIndex[];
};

function candidateOf({ records }: CheckContext, block: Block, claims: Claim[], index: number): Candidate {
  const claim = claims[index] as Claim; // an entry of the list
  const { start, end } = sentenceAt(block, claim.start);
  const sentence = block.text.slice(start, end);
  const { next, near: inSentence } = citationsNear(sentence, claim.start - start);
  // A sentence without a citation continues with what was cited before it; the next sentence's citation is of that one.
  const before = citationsIn(block.text.slice(0, start));
  // Behind the last full stop of a block, or in a list item, it is of all of it.
  const isOfAll = block.kind === 'item' || /[.!?]["”)*_]*\s+\[E[^\]]{1,60}\][.\s]*$/.test(block.text.slice(-200));
  const rest = isOfAll || block.own.length === 0 ? block.cited : [];
  const own = inSentence.length > 0 ? inSentence : before.length > 0 ? before : rest;
  const numbers = [...new Set([...own, ...ofCaption(block, claim)])];
  const recordsOf = (of: number[]) => of.flatMap((number) => records.get(number) ?? []);
  const near = claims
    .slice(Math.max(0, index - MAX_NEAR / 2), index + MAX_NEAR / 2)
    .filter((other) => other.start >= start && other.start < end);
  return {
    claim,
    block,
    around: { block, sentence, near, across: recordsOf(citationsIn(sentence)) },
    numbers,
    cited: recordsOf(numbers),
    // What only leads to a table adds nothing to a sum of what the row itself cites.
    first: numbers.length > own.length ? recordsOf(own) : next.length < inSentence.length ? recordsOf(next) : [],
  };
}

/** What leads to a table is of each of its cells that cites nothing, where a citation stands beside another cell's own words. */
function ofCaption({ kind, cells, text, around }: Block, { start }: Claim): number[] {
  if (kind !== 'row') return [];
  const isOwn = ({ start: from, end }: { start: number; end: number }) =>
    /[\p{L}\d].*\[E\d/u.test(text.slice(from, end));
  const own = cells.find((cell) => start >= cell.start && start < cell.end);
  return own && !isOwn(own) && cells.some(isOwn) ? around : [];
}

/**
 * The citations that a claim of a sentence leans on: the next ones after it, and the last ones before it. A long sentence with
 * many of them says something else from each.
 */
function citationsNear(sentence: string, at: number): { next: number[]; near: number[] } {
  const groups = citationGroups(sentence);
  const next = groups.find((group) => group.start >= at);
  const before = groups.findLast((group) => group.start < at);
  return { next: next?.numbers ?? [], near: [...new Set([...(next?.numbers ?? []), ...(before?.numbers ?? [])])] };
}

function checkCited(context: CheckContext, candidate: Candidate): Finding | null {
  const { claim, block, around, numbers, cited, first } = candidate;
  if (isDayOfTheQuestion(claim, candidate)) {
    const data = { value: claim.value, cited: numbers };
    return finding('evidence', 'warning', placeOf(block, claim), 'day-not-in-cited', data);
  }
  if (isSupported(claim, cited, around) || (first.length > 0 && isSupported(claim, first, around))) return null;
  // A list of citations at the end of a sentence is of all of it.
  const across = around.across.filter((record) => !cited.includes(record));
  if (across.length > 0 && isSupported(claim, across, around)) return null;
  const place = placeOf(block, claim);
  const value = shortened(claim.value);
  const part = cited.find(({ isWhole }) => !isWhole);
  if (claim.kind === 'number') {
    if (isLooselyComputable(claim, contextOf(claim, [...cited, ...across], around))) return null;
    if (isStepFrom(claim, cited, context.all, recordsOf(context, block)) || isSinceTold(claim, block, cited))
      return null;
    if (isRate(claim, block, cited) || isEvery(claim, block, cited) || isWithin(claim, block, cited)) return null;
    if (isToTimeline(claim, block, context.blocks.filter(isOfTimeline))) return null;
    if (isSinceAlert(claim, block, cited, alertTimes(context))) return null;
    if (isSpokenLength(claim, around, [...cited, ...across])) return null;
    if (isOfAlert(claim, context) || isReading(block.text, claim, cited) || isSpoken(claim, around, cited)) return null;
    const actual = countMeant(context, block, claim);
    const data = { value, cited: numbers, actual };
    const edit = actual !== null && /^\d+$/.test(claim.value) ? writeFix(block, claim, `${actual}`) : undefined;
    if (
      part ||
      isLength(claim, block) ||
      isComputed(claim) ||
      isOfSomeRows(claim, block, cited) ||
      isSomewhere(claim, context.all) ||
      isBetween(claim, cited, context.all)
    )
      return finding('evidence', 'warning', place, 'number-not-in-cited', data, edit);
    return finding('evidence', 'error', place, 'number-unsupported', data, edit);
  }
  if (isKnown(claim, context) || isEmptyDay(claim, around.sentence, cited)) return null;
  const elsewhere = context.all.find((record) => !cited.includes(record) && holds(claim, record));
  if (elsewhere && (isOfAbsence(claim, around.sentence, block, cited) || isAskedByStem(claim, cited))) return null;
  if (elsewhere) {
    const record = elsewhere.call.number;
    return finding(
      'evidence',
      'warning',
      place,
      'value-elsewhere',
      { value, cited: numbers, record },
      citeFix(block, claim, record),
    );
  }
  if (part)
    return finding('evidence', 'warning', place, 'value-truncated', {
      value,
      cited: numbers,
      record: part.call.number,
    });
  // Its own records have the time, of somebody else: who acted is another rule's.
  if (claim.time && cited.some((record) => claim.time && record.hasTime(claim.time))) return null;
  const isCertain = claim.kind !== 'quote' || (isIdentifier(claim.value) && !/^[A-Z]+(?:_[A-Z]+)+$/.test(claim.value));
  const severity = isCertain && !isInParts(claim, context.all) ? 'error' : 'warning';
  return finding('evidence', severity, place, 'value-unsupported', { value, cited: numbers });
}

/** A cell of a table that groups rows in its own way: as many as that may be in one of its groups. */
const isOfSomeRows = ({ number = 0, measure }: Claim, block: Block, cited: EvidenceIndex[]): boolean =>
  block.kind === 'row' &&
  !isOfTimeline(block) &&
  measure === undefined &&
  cited.some((record) => record.tables().some(({ rows }) => rows.length > number));

/** A percentage is worked out: that no rows give it is no proof. */
const isComputed = ({ measure }: Claim): boolean => measure === '%' || measure?.startsWith('per') === true;

/**
 * Whether the evidence has all parts of a value that it has not as a whole: both ends of `namespace/name`, the
 * clock time of a second, a day without a time. How people put such values together differs (docs/decisions/224).
 */
function isInParts({ value, time }: Claim, all: EvidenceIndex[]): boolean {
  if (time && time.to - time.from === DAY) return true;
  // A day that the text itself says is a part of what it says.
  const clock = time && !/\d{4}-\d{2}/.test(value) ? /\b\d{1,2}:\d\d:\d\d(?!\d)/.exec(value)?.[0] : undefined;
  if (time) return clock !== undefined && all.some((record) => record.has(clock));
  if (!/^\w[^:]*$/.test(value)) return false; // an absolute path or a URL is copied, not put together
  const parts = value.split(/[/\\]+/).filter((part) => part.length > 2);
  return parts.length > 1 && parts.every((part) => all.some((record) => record.hasName(part)));
}

const recordsOf = ({ records }: CheckContext, { own }: Block): EvidenceIndex[] =>
  own.flatMap((number) => records.get(number) ?? []);

/** An alert has many small numbers, and none of them is a size: only what stands out was taken from it. */
const LEAST_OF_ALERT = 13;
const isOfAlert = ({ number, measure = '' }: Claim, { known }: CheckContext): boolean =>
  number !== undefined && number >= LEAST_OF_ALERT && !isSizeMeasure(measure) && known.loose().has(number);

/** `It happened on 15 March`: a day that only the range of the query, or the report's own dates, have. */
function isDayOfTheQuestion({ time, start, kind }: Claim, { block, cited }: Candidate): boolean {
  if (kind !== 'time' || !time || time.to - time.from !== DAY || time.timeOfDay || time.anyYear) return false;
  if (block.kind === 'row' || !/(?:^|\b(?:on|am)\s+)$/i.test(block.text.slice(Math.max(0, start - 12), start)))
    return false;
  const times = cited.flatMap((record) => record.rowTimes());
  return times.length > 0 && !times.some((at) => saysTime(time, at));
}

/** Values without a citation: an error when no evidence has them, else one warning a block, unless they were cited elsewhere. */
function checkUncited(context: CheckContext, candidates: Candidate[], supported: ReadonlySet<string>): Finding[] {
  const findings: Finding[] = [];
  const warned = new Set<Block | string[]>();
  for (const { claim, block, around } of candidates) {
    if (isKnown(claim, context) || supported.has(keyOf(claim))) continue;
    const later = block.own.flatMap((number) => context.records.get(number) ?? []);
    if (later.length > 0 && isSupported(claim, later, around)) continue;
    // When an alert came the case knows, where there is one.
    if (claim.time && isOfTimeline(block) && /\balert\b/i.test(block.text) && alertTimes(context).length === 0)
      continue;
    if (claim.kind === 'number' ? isSmall(claim) : claim.kind === 'quote' && !isIdentifier(claim.value)) continue;
    // `A call of \`GetPasswordData\` would change this`: what did not happen is in no evidence.
    if (claim.kind === 'quote' && (/\bwould\b/i.test(around.sentence) || /^\W*what would\b/i.test(block.text)))
      continue;
    const place = placeOf(block, claim);
    const value = shortened(claim.value);
    const group = block.kind === 'row' ? block.head : block;
    const holder =
      claim.kind === 'number'
        ? context.all.find((record) => isComputable(claim, contextOf(claim, [record], around)))
        : context.all.find((record) => holds(claim, record));
    if (holder) {
      const isQuiet =
        block.kind === 'heading' || (claim.kind !== 'indicator' && block.kind !== 'row' && claim.kind !== 'number');
      if (isQuiet || warned.has(group) || ADVICE.test(block.section)) continue;
      warned.add(group);
      const record = holder.call.number;
      findings.push(
        finding('evidence', 'warning', place, 'value-uncited', { value, record }, citeFix(block, claim, record)),
      );
    } else if (claim.kind === 'number' && isSomewhere(claim, context.all)) continue;
    else {
      const severity = ADVICE.test(block.section) && claim.kind !== 'indicator' ? 'warning' : 'error';
      findings.push(finding('evidence', severity, place, 'value-uncited-unknown', { value }));
    }
  }
  return findings;
}

/** Numbers of sentences that cite nothing: small ones, ports and codes are ways to speak. */
const isSmall = ({ number = 0, measure }: Claim): boolean =>
  number < 100 ||
  measure !== undefined ||
  [443, 3389, 8080, 8443, 3306, 5432, 1433, 365, 200, 401, 403, 404, 500].includes(number) ||
  (number >= 1970 && number < 2100);

const keyOf = (claim: Claim): string =>
  `${claim.kind === 'number' ? 'number' : 'value'} ${claim.number ?? claim.time?.from ?? claim.value.toLowerCase()}`;

const shortened = (value: string): string => (value.length > 80 ? `${value.slice(0, 80)}…` : value);

/** Words in code marks are words: a name has no blanks. `twice` may be said of anything. */
const isPlainWords = ({ kind, value }: Claim): boolean =>
  (kind === 'quote' && !/\d/.test(value) && /\s/.test(value)) || /^(?:twice|thrice)$/i.test(value);

/** Looks like a name that systems give: with a digit, a mark or capitals within it. */
const isIdentifier = (value: string): boolean =>
  value.length > 3 && (/\d|[._:/@-]/.test(value) || /\p{Ll}\p{Lu}/u.test(value));

/** A number within words of the case itself, such as an alert's title: it stands there after the same two words. */
function isQuoted(claim: Claim, block: Block, known: EvidenceIndex, cited: EvidenceIndex[]): boolean {
  if (claim.kind !== 'number') return false;
  const text = plainText(block.text.slice(Math.max(0, claim.start - 80), claim.start)).text;
  const before = /(?:\p{L}[\p{L}\p{N}-]*\s+){2}$/u.exec(text)?.[0];
  if (before === undefined) return false;
  return known.has(before + claim.value) || cited.some((record) => record.has(before + claim.value));
}

/** `CcmExec.exe`, of rows that were asked for by `%CcmExec%`. */
function isAskedByStem({ value }: Claim, cited: EvidenceIndex[]): boolean {
  const stem = /^([\w-]{4,60})\.(?:exe|dll|ps1|vbs|js|sh|py)$/i.exec(value)?.[1];
  return stem !== undefined && cited.some((record) => record.asks(`%${stem}%`) || record.asks(`${stem}%`));
}

/** What the case's own alerts say, and the range that a query asked for, need no citation. */
function isKnown(claim: Claim, { known, all }: CheckContext): boolean {
  if (claim.kind === 'number') return false;
  const { time } = claim;
  if (!time) return known.has(claim.value);
  return known.hasTime(time) || all.some((record) => record.hasRangeEnd(time));
}
