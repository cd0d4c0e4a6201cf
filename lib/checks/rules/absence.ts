import { asksSource } from '../../evidence/source-calls';
import { type Block, citationsIn } from '../blocks';
import { citeFix } from '../cite';
import { ADVICE, claimsOf, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { eventsOf, namesAt } from '../events';
import type { EvidenceIndex } from '../evidence-index';
import { type Finding, finding } from '../messages';
import { negationsIn } from '../negation';
import { contentStems, couldFind, isAnswer, isRangeBeside } from '../queries';
import { involves, statementsOf } from '../statements';

const MODAL =
  /\b(?:would|could|should|might|may|must|if|unless|whether|can(?:no|['’])?t? be (?:told|known|said|excluded|ruled)|likely|expect\w*|recommend\w*)\b/i;
/** Denials that are about the work, the conclusion or the organisation, not about what the logs hold. */
const NOT_OF_LOGS =
  /\b(?:ATT&CK|techniques?|hypothes[ie]s|tickets?|baseline|connected|investigated|quer(?:y|ied)|covered|asked|known|clear|certain|prove[sn]?|proof|doubt|reasons?|needs?|required?|severity|reviewers?|confirm\w*|announce\w*|explain\w*|explanation|mean(?:s|t)?|matters?|longer|plans?|probe|past cases?|case|precedents?|open question|look(?:ed)? at|scope|legitimate|benign|malicious|suspicious|normal|unusual|indicat\w+|conclusion|decided?|approved?|enough|sufficient|available|configured|enabled|in place|belong\w*|think|believe|say|says|tell|tells|told|excluded?|ruled out|same|alone|itself|travels?|columns?|fields?|tables?)\b/i;
const OF_LOGS =
  /\b(?:logs?|events?|calls?|requests?|sign-?ins?|log-?[io]ns?|sessions?|users?|accounts?|keys?|roles?|polic(?:y|ies)|address(?:es)?|ips?|hosts?|files?|buckets?|objects?|records?|traffic|connections?|process(?:es)?|activity|actions?|errors?|failures?|attempts?|access|downloads?|uploads?|transfers?|change[sd]?|seen|observed|found|used|made|created|deleted|read|opened|called|touched|appear\w*|occurr\w*|happen\w*|follow\w*|exfiltrat\w*|lateral|persistence|escalat\w*|malware|devices?|removed|added|attached|detached|modified|disabled|stopped|assumed|exported|executed|launched|copied|shared|sent|granted|MFA|passwords?|secrets?|instances?|tokens?|groups?|data|commands?|scripts?)\b/i;
const BEFORE =
  /\b(?:never (?:\w+ ){0,4}before|not (?:\w+ ){0,3}before|(?:had|has|have) never|first time|never (?:been )?(?:seen|used)|no (?:earlier|previous|prior))\b/i;
const QUALIFIED =
  /\b(?:after|before|until|since|outside|other|others|else|except|but|besides|further|more|again|another|from|against|with|via|successful|succeeded|failed|refused|than|such)\b/i;
const ONLY = /\bonly\s+(?:by|from|through|via)\b/i;

/**
 * Absence is a claim: "no", "never", "only", "nothing", "not before" need a query that could have found the thing, and whose answer
 * was whole. An error: the evidence has the thing, or nothing was asked at all. Else a warning.
 */
export function checkAbsence(context: CheckContext): Finding[] {
  return [...context.blocks.flatMap((block) => checkBlock(context, block)), ...checkOnly(context)];
}

type Absence = {
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
    const [denial] = negationsIn(withoutCode(sentence)).filter(
      (found) => found.word !== 'without' || /^without (?:any|a single)\b/i.test(sentence.slice(found.start)),
    );
    if (!denial || MODAL.test(sentence)) return [];
    const negation = block.kind === 'row' ? withinCell(denial, sentence) : denial;
    const scope = sentence.slice(negation.start, negation.end);
    if (NOT_OF_LOGS.test(scope) || !OF_LOGS.test(sentence)) return [];
    const place = { start: start + negation.start, end: start + Math.min(negation.end, negation.start + 80) };
    const words = block.text
      .slice(place.start, start + negation.end)
      .replace(/\s+/g, ' ')
      .replace(/\s*\[E[^\]]*\]?/g, '')
      .trim();
    const what = words.length > 70 ? `${words.slice(0, 70)}…` : words;
    const found = checkOne(context, { block, sentence, start, scope, place, what });
    return found ? [found] : [];
  });
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
  if (contradicted) return finding('absence', 'error', place, 'absence-contradicted', { what, ...contradicted });
  const all = context.all.filter(({ call }) => isQuery(call.tool));
  if (all.length === 0)
    return cited.length > 0 ? null : finding('absence', 'error', place, 'absence-no-query', { what });
  if (queries.length === 0 && own.length > 0) return null;
  const asked = queries.length > 0 ? queries : all;
  if (queries.length > 0 && !queries.some(isAnswer)) {
    const severity = queries.every(({ call }) => call.status !== 'ok') ? 'error' : 'warning';
    return finding('absence', severity, place, 'absence-partial', { what, cited: numbers });
  }
  // A cell that says "Nothing" is the answer of the query that its row cites.
  const says = absence.scope.replace(/[^\p{L}]+$/u, '');
  if (block.kind === 'row' && /^(?:nothing|none|no rows?)$/i.test(says) && queries.some(isEmpty)) return null;
  const names = namesIn(context, absence);
  const stems = contentStems(absence.scope);
  if (queries.length === 0 && names.length === 0 && stems.length === 0) return null;
  const times = claimsOf(block).flatMap(({ time, start: from }) =>
    time && !time.timeOfDay && from >= start && from < start + sentence.length ? [{ time, from }] : [],
  );
  const around = contentStems(block.text.slice(Math.max(0, start - 300), start + sentence.length));
  const { vocabulary } = statementsOf(context);
  const fits = (record: EvidenceIndex) =>
    couldFind(record, { names, stems: around, vocabulary }) &&
    times.every(({ time, from }) => isRangeBeside(record, time, block.text.slice(Math.max(0, from - 30), from)));
  if (!asked.some(fits)) {
    if (queries.length === 0)
      return names.length > 0 ? finding('absence', 'warning', place, 'absence-no-query', { what }) : null;
    const record =
      all.find((other) => !queries.includes(other) && asksSource(other.call.tool) && fits(other))?.call.number ?? null;
    const edit = record === null ? undefined : citeFix(block, at, record);
    return finding('absence', 'warning', place, 'absence-wrong-query', { what, cited: numbers, record }, edit);
  }
  if (
    BEFORE.test(sentence) &&
    !hasBaseline(
      context,
      asked,
      times.map(({ time }) => time.from),
    )
  )
    return finding('absence', 'warning', place, 'absence-no-baseline', { what });
  return null;
}

/** An answer without rows, or one that counted and found none. */
const isEmpty = (record: EvidenceIndex): boolean =>
  record.call.rows === 0 ||
  record.tables().some(({ rows }) => rows.length > 0 && rows.every(({ cells }) => cells.includes(0)));

/** Asks for something that may not be there: a source, or our own alerts and cases. */
const isQuery = (tool: string): boolean => asksSource(tool) || /^search_/.test(tool);

function namesIn(context: CheckContext, { block, place, scope }: Absence): string[] {
  const { vocabulary } = statementsOf(context);
  const claims = claimsOf(block).filter(
    ({ kind, start }) =>
      kind !== 'number' && kind !== 'time' && start >= place.start && start < place.start + scope.length,
  );
  const named = [...namesAt(scope, vocabulary.actors), ...namesAt(scope, vocabulary.actions)].map(({ name }) => name);
  const camel = scope.match(/\b\p{Lu}\p{Ll}+\p{Lu}[\p{L}\d]+\b/gu) ?? [];
  return [...new Set([...claims.map(({ value }) => value), ...named, ...camel])];
}

/** `No StopLogging was made`, where the evidence has one; with an actor: one of that actor. */
function contradictionOf(
  context: CheckContext,
  { scope, sentence, what }: Absence,
  records: EvidenceIndex[],
): { value: string; record: number } | null {
  const at = sentence.indexOf(scope);
  // `No X was called`, and `X was never called`: there the name stands before the word that denies.
  const subject = /^(?:never|not|[a-z]+n[’']t)\b/i.test(scope)
    ? (/[^,;:(]*$/.exec(sentence.slice(0, at))?.[0] ?? '')
    : '';
  const rest = `${subject}${scope}`.replace(/\[E[^\]]*\]?/g, '');
  const { vocabulary } = statementsOf(context);
  const actions = namesAt(rest, vocabulary.actions);
  const qualified = rest.replace(
    /\b(?:in|on|during|from) (?:this|the|that|these|any) (?:run|log|logs|account|case|window|period|hour|day)s?\b/gi,
    '',
  );
  if (actions.length === 0 || QUALIFIED.test(qualified) || /\b(?:in|on|during)\s/i.test(qualified)) return null;
  if (QUALIFIED.test(sentence.slice(Math.max(0, at - subject.length - 30), at - subject.length))) return null;
  const actors = namesAt(sentence, vocabulary.actors);
  for (const record of records) {
    const event = eventsOf(record).find(
      (one) =>
        actions.some(({ name }) => one.actions.includes(name)) &&
        actors.every(({ name }) => involves(one, name)) &&
        one.row.cells.every((cell) => cell !== 0),
    );
    if (!event) continue;
    const [first] = actions.filter(({ name }) => event.actions.includes(name));
    return { value: rest.slice(first?.start, first?.end) || what, record: record.call.number };
  }
  return null;
}

/** `only by bert-jan`: the evidence has nobody else for that action. */
function checkOnly(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    const match = ONLY.exec(statement.text);
    const from = statement.start + (match?.index ?? 0);
    const actor = statement.actors.find(({ start }) => start >= from && start - from < 40);
    const actions = statement.actions.map(({ name }) => name);
    if (!match || !actor || actions.length === 0) return [];
    const other = statement.events.find(
      (event) =>
        event.actors.length > 0 &&
        event.actions.some((action) => actions.includes(action)) &&
        !involves(event, actor.name),
    );
    if (!other) return [];
    const place = placeOf(statement.block, { start: from, end: actor.end });
    const what = statement.block.text.slice(from, actor.end);
    return [
      finding('absence', 'error', place, 'absence-contradicted', {
        what,
        value: other.actors[0] ?? '',
        record: other.record.call.number,
      }),
    ];
  });
}

const HOUR = 3_600_000;

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
    return isAnswer(record) && from <= start - HOUR;
  });
}
