import { asksSource, namesSource } from '../../evidence/source-calls';
import { IS_GAP, NOT_OF_LOGS, OF_SOURCES } from '../absence-support';
import { type Block, citationsIn } from '../blocks';
import { citeFix } from '../cite';
import { ADVICE, claimsOf, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { eventsOf, namesAt } from '../events';
import type { EvidenceIndex } from '../evidence-index';
import { type Finding, finding, type Place } from '../messages';
import { negationsIn } from '../negation';
import { asksOther, contentStems, couldFind, coversMonths, isAnswer, isOfOtherThings, isRangeBeside } from '../queries';
import { contradictionOf, type Refuted } from '../refuted-absence';
import { statementsOf } from '../statements';
import { DAY } from '../times';

const MODAL =
  /\b(?:would|could|should|might|may|must|if|unless|whether|can(?:no|['’])?t? be (?:told|known|said|seen|shown|read|decided|established|determined|recovered|inferred|checked|excluded|ruled)|likely|perhaps|probably|expect\w*|recommend\w*)\b/i;
const OF_LOGS =
  /\b(?:logs?|events?|calls?|requests?|sign-?ins?|log-?[io]ns?|sessions?|users?|accounts?|keys?|roles?|polic(?:y|ies)|address(?:es)?|ips?|hosts?|files?|buckets?|objects?|records?|traffic|connections?|process(?:es)?|activity|actions?|errors?|failures?|attempts?|access|downloads?|uploads?|transfers?|change[sd]?|seen|observed|found|used|made|created|deleted|read|opened|called|touched|appear\w*|occurr\w*|happen\w*|follow\w*|exfiltrat\w*|lateral|persistence|escalat\w*|malware|devices?|removed|added|attached|detached|modified|disabled|deactivated|activated|stopped|assumed|exported|executed|launched|copied|shared|sent|granted|MFA|factors?|passwords?|secrets?|instances?|tokens?|groups?|data|commands?|scripts?|signed|contacted|involved)\b/i;
const BEFORE =
  /\b(?:never (?:\w+ ){0,4}before|not (?:\w+ ){0,3}before|(?:had|has|have) never|first time|never (?:been )?(?:seen|used)|no (?:earlier|previous|prior))\b/i;
/** `Nobody refuses their own request`: a rule of life, and no event; `None of the twelve is …`, `none of which came twice`: of what is listed. */
const OF_LISTED =
  /^(?:nobody|no[ -]one|no \p{L}+) (?!(?:is|was|has|does|goes|comes|appears|shows|uses|names|needs)\b)\p{Ll}{3,}(?<!ss|us)s\b|^none of (?:which|whom|the (?:\p{L}+ )?\p{L}+s (?:is|are|was|were) (?:the|an?|one)\b)/iu;
/** `no session went without one`. */
const TWICE_DENIED = /^(?:no|none|nobody|never|nothing)\b(?:(?!\band\b)[^.;,]){0,60}\b(?:without|not|\p{L}+n[’']t)\b/iu;
/** `no application was consented to` */
const NOTHING_DONE = /^no (?:\p{L}+ ){1,3}(?:was|were|had been|has been) \p{L}+ed\b/iu;
/** A contrast, not an absence: `created by lena, not by ci-deploy`. */
const CONTRAST =
  /^neither of (?:them|these|the two)\b|^never (?:before|after|later|earlier)\s*(?:\[|[.,;]|$)|^not (?:by|from|in|on|at|as|via|through|with|to|of|for|the|a|an|one|but|because)\b/i;
/** `The baseline explains neither that …`, `it needed no exploit`: what is denied is a judgement. */
const EXPLAINS =
  /\b(?:explain\w*|accounts? for|needs?|needed|requires?|required|takes?|took|leaves?|gives?|prov(?:es?|ed|ing)|brings?|asks?(?: for)?|asked(?: for)?|to|in)\s+$/i;
const SOURCE_HAS =
  /\b(?:sysmon|logs?|trails?|cloudtrail|okta|entra|zeek|suricata|auditd?|sources?)\s+(?:has|have|holds?|keeps?|carr(?:y|ies))\s+$/i;
/** A cell for an outcome that the log does not have. */
const NOT_TOLD = /^not (?:recorded|logged|shown|stated|given)\b/i;
/** `Recipients are not part of the send records`: what a record lacks. */
const NOT_PART = /^not (?:a )?part of\b/i;
/** `failed because the trail did not exist`: why it failed, as the log's own error says. */
const WHY_FAILED = /\b(?:fail|refuse|reject|denie|error)\p{L}*\b[^.;]{0,60}\b(?:because|since|as)\b[^.;]*$/iu;
/** `not deleted before the log ended` is about the time after. */
const LOG_END =
  /\bbefore (?:the |its )?(?:end of the )?(?:logs?|export|data|recording|source|records?)(?: (?:ends?|ended|stops?|stopped))?\b/i;
/** `The event of CreateDBSnapshot was not read`: about the work. */
const OF_READING = /\b(?:events?|records?|rows?|results?)\b[^.;]{0,60}\b(?:was|were) not (?:read|opened|looked)\b/i;
const FIRST = /\bfirst time (?:that|ever|any|we)\b|\bfor the first time\b|\bpreviously unseen\b/i;

/**
 * Absence is a claim: "no", "never", "only", "nothing", "not before" need a query that could have found the thing, and whose answer
 * was whole. An error: the evidence has the thing, or nothing was asked at all. Else a warning.
 */
export function checkAbsence(context: CheckContext): Finding[] {
  return context.blocks.flatMap((block) => checkBlock(context, block));
}

export type Absence = {
  block: Block;
  sentence: string;
  start: number;
  scope: string;
  place: { start: number; end: number };
  what: string;
};

function checkBlock(context: CheckContext, block: Block): Finding[] {
  if (block.kind === 'heading' || ADVICE.test(block.section)) return [];
  if (block.text.length > 0 && claimsOf(block).length === 0 && block.text.length > 8000) return [];
  return block.sentences.flatMap(({ start, end }) => {
    const sentence = block.text.slice(start, end);
    const [denial, ...later] = negationsIn(withoutCode(sentence)).filter(
      (found) => found.word !== 'without' || /^without (?:any|a single)\b/i.test(sentence.slice(found.start)),
    );
    if (MODAL.test(sentence)) return [];
    if (!denial) return checkFirst(context, block, sentence, start);
    if (CONTRAST.test(sentence.slice(denial.start)) || EXPLAINS.test(sentence.slice(0, denial.start))) return [];
    if (TWICE_DENIED.test(sentence.slice(denial.start)) || WHY_FAILED.test(sentence.slice(0, denial.start))) return [];
    const negation = untilNext(block.kind === 'row' ? withinCell(denial, sentence) : denial, later);
    const scope = sentence.slice(negation.start, negation.end);
    if (NOT_OF_LOGS.test(scope) || OF_SOURCES.test(scope) || NOT_PART.test(scope)) return [];
    if (block.kind === 'row' ? NOT_TOLD.test(scope) : OF_READING.test(sentence)) return [];
    if (!OF_LOGS.test(sentence) && !NOTHING_DONE.test(scope)) return [];
    const place = { start: start + negation.start, end: start + Math.min(negation.end, negation.start + 80) };
    const words = block.text
      .slice(place.start, start + negation.end)
      .replace(/\s+/g, ' ')
      .replace(/\s*\[E[^\]]*\]?/g, '')
      .trim();
    const what = words.length > 70 ? `${words.slice(0, 70)}…` : words;
    const found = checkOne(context, { block, sentence, start, scope, place, what });
    return found
      ? [found]
      : later.flatMap((other, index) =>
          checkLater(context, block, sentence, start, untilNext(other, later.slice(index + 1))),
        );
  });
}

/** Of a list of denials (`no file was read, no role was created`) each says its own. */
function untilNext<T extends { start: number; end: number }>(denial: T, later: { start: number }[]): T {
  const next = later.find(({ start }) => start > denial.start);
  return next && next.start < denial.end ? { ...denial, end: next.start } : denial;
}

/** A second denial of a sentence, `no role was created, and nobody called GetObject`: what the evidence has is said of each. */
function checkLater(
  context: CheckContext,
  block: Block,
  sentence: string,
  start: number,
  denial: { word: string; start: number; end: number },
): Finding[] {
  if (block.kind === 'row' || CONTRAST.test(sentence.slice(denial.start))) return [];
  // Its clause alone: who is denied something before it is another.
  const from = sentence.slice(0, denial.start).search(/(?:[,;]|\band\b)[^,;]*$/i);
  const clause = sentence.slice(Math.max(0, from), denial.end);
  const scope = sentence.slice(denial.start, denial.end);
  if (NOT_OF_LOGS.test(scope)) return [];
  const at = start + Math.max(0, from);
  const cited = citationsIn(clause).length > 0 ? citationsIn(clause) : citationsIn(sentence);
  const queries = cited.flatMap((number) => context.records.get(number) ?? []).filter(({ call }) => isQuery(call.tool));
  const what = scope
    .replace(/\s*\[E[^\]]*\]?/g, '')
    .trim()
    .slice(0, 70);
  const absence = { block, sentence: clause, start: at, scope, what };
  const contradicted = contradictionOf(context, absence, queries);
  const place = placeOf(block, { start: start + denial.start, end: start + Math.min(denial.end, denial.start + 80) });
  if (contradicted) return [contradictedFinding(place, what, contradicted, sentence)];
  const { vocabulary } = statementsOf(context);
  const isElsewhere = queries.length > 0 && queries.every((record) => isOfOtherThings(record, scope, vocabulary));
  return isElsewhere
    ? [finding('absence', 'warning', place, 'absence-wrong-query', { what, cited, record: null })]
    : [];
}

const contradictedFinding = (place: Place, what: string, refuted: Refuted, sentence: string): Finding =>
  finding('absence', severityOf(refuted.value, sentence), place, 'absence-contradicted', { what, ...refuted });

/** That the evidence has such an event at all may be beside the point; how many earlier ones it has, whom, or the denied name itself, is not (docs/decisions/224). */
const severityOf = (value: string, sentence: string): 'error' | 'warning' =>
  /^\d+ |@|^\d+(?:\.\d+){3}$/.test(value) || sentence.toLowerCase().includes(value.toLowerCase()) ? 'error' : 'warning';

/** `the first time that anybody read it`: a claim about all time before. */
function checkFirst(context: CheckContext, block: Block, sentence: string, start: number): Finding[] {
  const match = block.kind === 'row' ? null : FIRST.exec(sentence);
  if (!match) return [];
  const cited = citationsIn(sentence).flatMap((number) => context.records.get(number) ?? []);
  const queries = cited.filter(({ call }) => isQuery(call.tool));
  if (queries.length === 0 || hasBaseline(context, queries, [])) return [];
  const place = placeOf(block, { start: start + match.index, end: start + match.index + match[0].length });
  return [finding('absence', 'warning', place, 'absence-no-baseline', { what: match[0] })];
}

/** The same length with blanks for what stands in code: a name or a value, which denies nothing. */
const withoutCode = (text: string): string => text.replace(/`[^`\n]*`/g, (code) => ' '.repeat(code.length));

/** A denial in a cell says nothing of the next one. */
function withinCell<T extends { start: number; end: number }>(denial: T, row: string): T {
  const border = row.indexOf('|', denial.start);
  return border < 0 ? denial : { ...denial, end: Math.min(denial.end, border) };
}

function checkOne(context: CheckContext, absence: Absence): Finding | null {
  const { block, sentence, start, place: at, what } = absence;
  const place = placeOf(block, at);
  const own = citationsIn(sentence);
  const before = citationsIn(block.text.slice(0, start));
  const numbers = own.length > 0 ? own : block.kind === 'paragraph' ? before : block.cited;
  const cited = numbers.flatMap((number) => context.records.get(number) ?? []);
  const queries = cited.filter(({ call }) => isQuery(call.tool));
  const contradicted = contradictionOf(context, absence, queries.length > 0 ? queries : context.all);
  if (contradicted) return contradictedFinding(place, what, contradicted, sentence);
  const all = context.all.filter(({ call }) => isQuery(call.tool));
  if (all.length === 0)
    return cited.length > 0 ? null : finding('absence', 'error', place, 'absence-no-query', { what });
  if (queries.length === 0 && own.length > 0) return null;
  if (OF_LISTED.test(absence.scope) && queries.some(({ call }) => (call.rows ?? 0) > 0)) return null;
  // `Sysmon has no sessions of the tool`: about the source.
  if (numbers.length === 0 && SOURCE_HAS.test(sentence.slice(0, absence.place.start - start))) return null;
  if (numbers.length === 0 && isOfEvents(sentence))
    return finding('absence', 'warning', place, 'absence-uncited', { what });
  const asked = queries.length > 0 ? queries : all;
  if (queries.length > 0 && !queries.some(isAnswer)) {
    // A cell of a list of queries says what the failed one answered: `No such source`.
    if (saysNone(context, absence, queries) || (block.kind === 'row' && !/timeline/i.test(block.section))) return null;
    // What failed is told as a gap, here or right before.
    if (IS_GAP.test(block.text.slice(Math.max(0, start - 120), start + sentence.length))) return null;
    return finding('absence', 'warning', place, 'absence-partial', { what, cited: numbers });
  }
  // A cell that says "Nothing" is the answer of the query that its row cites.
  const says = absence.scope.replace(/[^\p{L}]+$/u, '');
  if (block.kind === 'row' && /^(?:nothing|none|no rows?)$/i.test(says)) {
    const [subject] = claimsOf(block).filter(({ kind }) => kind !== 'number' && kind !== 'time');
    if (queries.some((record) => isEmpty(record) || (subject && record.has(subject.value)))) return null;
  }
  const subject = subjectOf(absence);
  const names = namesIn(context, absence, subject);
  const stems = contentStems(absence.scope);
  if (queries.length === 0 && names.length === 0 && stems.length === 0) return null;
  if (queries.length === 0 && namesUnreadSource(context, sentence))
    return finding('absence', 'warning', place, 'absence-no-query', { what });
  const times = claimsOf(block).flatMap(({ time, start: from }) =>
    time && !time.timeOfDay && !time.anyYear && from >= start && from < start + sentence.length ? [{ time, from }] : [],
  );
  const around = contentStems(block.text.slice(Math.max(0, start - 300), start + sentence.length));
  const { vocabulary } = statementsOf(context);
  const thing = { names, stems: around, vocabulary, scope: `${subject}${absence.scope}`, around: sentence };
  const isOfTime = (record: EvidenceIndex) =>
    coversMonths(record, sentence) &&
    times.every(({ time, from }) => isRangeBeside(record, time, block.text.slice(Math.max(0, from - 30), from)));
  const fits = (record: EvidenceIndex) => couldFind(record, thing) && isOfTime(record);
  const isOfBefore = BEFORE.test(sentence.replace(LOG_END, ''));
  if (!asked.some(fits)) {
    if (queries.length === 0)
      return names.length > 0 ? finding('absence', 'warning', place, 'absence-no-query', { what }) : null;
    // That no word of a query is of it says little: only one that asked for something else is held against it (docs/decisions/224).
    const isOther = queries.every((query) => asksOther(query, thing) || !isOfTime(query));
    if (!isOfEvent(absence) || (!isOther && !isOfBefore)) return null;
    const from = times.map(({ time }) => time.from);
    // To cite for "before", a query has to have looked at the days before.
    const isLongEnough = (other: EvidenceIndex) => !/\bbefore\b/i.test(sentence) || hasBaseline(context, [other], from);
    const record =
      all.find((other) => !queries.includes(other) && asksSource(other.call.tool) && fits(other) && isLongEnough(other))
        ?.call.number ?? null;
    const edit = record === null ? undefined : citeFix(block, at, record);
    return finding('absence', 'warning', place, 'absence-wrong-query', { what, cited: numbers, record }, edit);
  }
  if (
    isOfBefore &&
    !hasBaseline(
      context,
      asked,
      times.map(({ time }) => time.from),
    )
  )
    return finding('absence', 'warning', place, 'absence-no-baseline', { what });
  return null;
}

/** What is told as past, and not a rule (`does not miss its password`), a name (`nobody outside`) or what a record shows. */
const isOfEvent = ({ scope, sentence, start, place }: Absence): boolean =>
  !/^(?:not|don[’']t|doesn[’']t) \p{Ll}+(?<!ed|en)\b|^no (?:record|row|event|line)s? (?:show|name|ha)/iu.test(scope) &&
  PAST.test(`${sentence.slice(Math.max(0, place.start - start - 12), place.start - start)}${scope}`);
const PAST = /\b(?:was|were|had|been|has|have|did|sent|read|made|got|ran|took|came|went|saw|\p{L}+ed)\b/iu;

/** What a sentence is about that tells of the sources, of the work or of what is thought, and not of events. */
const OF_WORK =
  /\b(?:logs?|logged|records?|recorded|sources?|reports?|trails?|evidence|quer\w+|investigat\w+|covers?|covered|show(?:s|n)?|found|finds?|know[ns]?|unknown|open|inferred|guess\w*|decid\w+|decoded|confidence|explain\w*|support\w*|exclud\w+|achieved|case|alerts?|hypothes\w+|baseline|techniques?|verdict|speaks?|say|says|said|tells?|told|reason\w*|proo\w+|prove\w*|judg\w+|consider\w*|claimed?|weighed)\b/i;
const HAPPENED =
  /\b(?:was|were|has|have|had|did|didn['’]t|hasn['’]t|haven['’]t|hadn['’]t|wasn['’]t|weren['’]t)\b|\b(?:nobody|no one|nothing|none|neither)\s+\w+ed\b|\w+ed no\b/i;

/** `No object was read`: something that would stand in the logs had it happened. */
const isOfEvents = (sentence: string): boolean => HAPPENED.test(sentence) && !OF_WORK.test(sentence);

/** `root was tried 1,204 times, and none was accepted`: a list that was cut has the row of whom it is about, and that counts 0. */
function saysNone(context: CheckContext, { sentence }: Absence, queries: EvidenceIndex[]): boolean {
  const { vocabulary } = statementsOf(context);
  const names = namesAt(sentence, vocabulary.actors).map(({ name }) => name);
  return queries.some((record) =>
    eventsOf(record).some(
      ({ actors, row }) => names.some((name) => actors.includes(name)) && row.cells.some((cell) => cell === 0),
    ),
  );
}

/** `in the flow logs`, of a listed source that no query could read. */
function namesUnreadSource({ all }: CheckContext, sentence: string): boolean {
  const listing = all.findLast(({ call }) => call.tool === 'list_sources');
  const table = listing?.tables().find(({ columns }) => columns.includes('name'));
  const at = table?.columns.indexOf('name') ?? -1;
  const said = sentence.toLowerCase();
  return (table?.rows ?? []).some(({ cells }) => {
    const name = String(cells[at]);
    const words = name
      .toLowerCase()
      .split(/[^a-z]+/)
      .filter((word) => word.length > 3 && !/^(?:logs?|events?)$/.test(word));
    const isNamed = words.length > 0 && words.every((word) => new RegExp(`\\b${word}s?\\b`).test(said));
    return (
      isNamed &&
      !all.some((record) => asksSource(record.call.tool) && isAnswer(record) && namesSource(record.call.args, name))
    );
  });
}

/** An answer without rows, or one that counted and found none. */
const isEmpty = (record: EvidenceIndex): boolean =>
  record.call.rows === 0 ||
  record.tables().some(({ rows }) => rows.length > 0 && rows.every(({ cells }) => cells.includes(0)));

/** Asks for something that may not be there: a source, or our own alerts and cases. */
const isQuery = (tool: string): boolean => asksSource(tool) || /^search_/.test(tool);

/** `Whether a bucket was made public was asked as well; no such call exists`: what was told before it. */
const SUCH = /^no such \p{L}+\b/iu;
const OF_VERB = /^(?:not|never|(?:was|were|did|has|have|had)n[’']t) (?!authori)/i;
/** What stands before a verb that is denied is a part of what is denied: `files were not downloaded`. */
function subjectOf({ sentence, start, scope, place }: Absence): string {
  if (SUCH.test(scope)) return sentence.slice(0, place.start - start);
  if (!OF_VERB.test(scope)) return '';
  const subject = /(?:[^,;:()|.–—]|[.:](?=\S))*$/.exec(sentence.slice(0, place.start - start))?.[0] ?? '';
  // `an address that the account had never used`: of the thing before it.
  return /\b(?:that|which|whom?|whose|where)\b/i.test(subject) ? '' : subject;
}

function namesIn(context: CheckContext, { block, place, scope }: Absence, subject: string): string[] {
  const { vocabulary } = statementsOf(context);
  const claims = claimsOf(block).filter(
    ({ kind, start }) =>
      kind !== 'number' && kind !== 'time' && start >= place.start && start < place.start + scope.length,
  );
  const named = [...namesAt(`${subject} ${scope}`, vocabulary.actors), ...namesAt(scope, vocabulary.actions)].map(
    ({ name }) => name,
  );
  const camel = scope.match(/\b\p{Lu}\p{Ll}+\p{Lu}[\p{L}\d]+\b/gu) ?? [];
  return [...new Set([...claims.map(({ value }) => value), ...named, ...camel])];
}

/** Whether one of the queries looked at a time before the case's own. */
function hasBaseline(context: CheckContext, queries: EvidenceIndex[], said: number[]): boolean {
  const alert = context.known
    .times()
    .filter((time) => time < Date.parse(context.frontMatter?.opened ?? '9999-01-01T00:00:00Z'));
  const rows = statementsOf(context)
    .statements.filter(({ block }) => /timeline/i.test(block.section))
    .flatMap(({ times }) => times.flatMap(({ time }) => (time && !time.timeOfDay ? [time.from] : [])));
  const middle = rows.sort((a, b) => a - b)[Math.floor(rows.length / 2)];
  const start = said.length > 0 ? Math.min(...said) : alert.length > 0 ? Math.min(...alert) : middle;
  if (start === undefined) return true;
  return queries.some((record) => {
    const from = record.call.timeFrom ? Date.parse(record.call.timeFrom) : Number.NEGATIVE_INFINITY;
    return isAnswer(record) && from <= start - DAY;
  });
}
