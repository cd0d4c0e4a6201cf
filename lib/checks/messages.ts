import type { CheckFinding, CheckFix, CheckRule } from './finding';

/**
 * The wording of every finding, in one place: rules give a reason and data, and the API, the command line and the pages show
 * these sentences.
 */
export const MESSAGES = {
  'front-matter-unreadable': ({ problem }: { problem: string }) => `${problem} Fix it at the top of the text.`,
  'title-missing': () => 'The front matter has no title.',
  'classification-missing': () => 'Set the classification in the front matter: BENIGN, SUSPICIOUS or MALICIOUS.',
  'confidence-missing': () => 'Set the confidence in the front matter: 0 to 100.',
  'section-missing': ({ section }: { section: string }) => `The section "## ${section}" is missing.`,
  'section-empty': ({ section }: { section: string }) => `The section "## ${section}" is empty.`,
  'summary-differs': ({ said, right }: { said: string; right: string }) =>
    `The summary says ${said}, the front matter ${right}.`,
  'technique-unknown': ({ id }: { id: string }) => `ATT&CK has no technique ${id}.`,
  'technique-name': ({ id, name, right, other }: { id: string; name: string; right: string; other: string | null }) =>
    `${id} is ${right}, not ${name}${other ? ` (that is ${other})` : ''}.`,
  'technique-unlisted': ({ id }: { id: string }) => `${id} is not listed in the techniques of the front matter.`,
  'technique-not-assessed': ({ id, name }: { id: string; name: string }) =>
    `The Threat Assessment does not mention ${id} (${name}).`,
  'timeline-order': () => 'The timeline is out of order: this row is earlier than the one above it.',
  'timeline-range': ({ from, to }: { from: string; to: string }) =>
    `This is outside the time that the evidence covers (${from} to ${to}).`,
  'actor-differs': ({ said, actual, record }: { said: string; actual: string[]; record: number }) =>
    `E${record} has ${list(actual)} for this event, not ${said}.`,
  'actor-of-thing': ({ said, actual, of, record }: { said: string; actual: string[]; of: string; record: number }) =>
    `E${record} has ${of} with ${list(actual)}, and no evidence has it with ${said}. Check who is meant.`,
  'advice-untied': ({ value, record }: { value: string; record: number }) =>
    `Only the recommendations name ${value}. E${record} has it, but nothing here ties it to the activity: check the name, or say why.`,
  'address-differs': ({ said, actual, record }: { said: string; actual: string[]; record: number }) =>
    `E${record} has the address ${list(actual)} for this, not ${said}.`,
  'row-differs': ({ said, actual, record }: { said: string; actual: string[]; record: number }) =>
    `E${record} has ${list(actual)} in the row of this time, not ${said}.`,
  'outcome-differs': ({ said, actual, record }: { said: string; actual: string; record: number }) =>
    `E${record} records this event as ${actual}, not "${said}".`,
  'outcome-unshown': ({ said, cited }: { said: string; cited: number[] }) =>
    `No row of ${names(cited, 'or')} shows a failure, but this says "${said}". Check the outcome, or cite the record that has it.`,
  'outcome-counts-differ': ({
    said,
    number,
    actual,
    record,
  }: {
    said: string;
    number: number;
    actual: string;
    record: number;
  }) => `E${record} has ${number} ${actual}, not ${said}. The numbers may be swapped.`,
  'time-of-another-event': ({
    time,
    action,
    actual,
    record,
  }: {
    time: string;
    action: string;
    actual: string;
    record: number;
  }) => `E${record} has ${actual} at ${time}, not ${action}.`,
  'time-differs': ({ said, actual, what, record }: { said: string; actual: string[]; what: string; record: number }) =>
    `E${record} has "${what}" at ${list(actual)}, not ${said}.`,
  'order-differs': ({
    earlier,
    earlierAt,
    later,
    laterAt,
    record,
  }: {
    earlier: string;
    earlierAt: string;
    later: string;
    laterAt: string;
    record: number;
  }) => `The order is reversed: E${record} has "${earlier}" by ${earlierAt}, and "${later}" from ${laterAt} on.`,
  'order-turned': ({ earlier, later, gap }: { earlier: string; later: string; gap: string }) =>
    `The order is reversed: in the cited evidence, "${earlier}" is ${gap} before "${later}".`,
  'end-differs': ({ said, actual, time }: { said: string; actual: string; time: string }) =>
    `"${said}" does not fit: in the cited evidence ${time} is the ${actual}.`,
  'evidence-missing': ({ record }: { record: number }) => `There is no evidence E${record}.`,
  'statement-only': ({ record }: { record: number }) =>
    `Only what a person said supports this (E${record}). Say whose statement it is, or cite a record that shows it.`,
  'value-unsupported': ({ value, cited }: { value: string; cited: number[] }) =>
    `${value} is not in ${names(cited, 'or')} or any other evidence. Correct it or remove it.`,
  'value-uncited-unknown': ({ value }: { value: string }) =>
    `${value} has no citation and is in no evidence of this case. Correct it or remove it.`,
  'value-elsewhere': ({ value, cited, record }: { value: string; cited: number[]; record: number }) =>
    `${value} is not in ${names(cited, 'or')}. It is in E${record}: cite that.`,
  'value-uncited': ({ value, record }: { value: string; record: number }) =>
    `${value} has no citation here. It is in E${record}: cite it.`,
  'number-unsupported': ({ value, cited, actual }: { value: string; cited: number[]; actual: number | null }) =>
    `${value} is not in ${names(cited, 'or')} and can’t be computed from any evidence.${has(actual) || ' Correct it or remove it.'}`,
  'number-not-in-cited': ({ value, cited, actual }: { value: string; cited: number[]; actual: number | null }) =>
    `${value} is not in ${names(cited, 'or')} for what this sentence describes.${has(actual) || ' Check the number or the citation.'}`,
  'count-differs': ({
    said,
    action,
    actual,
    record,
  }: {
    said: string;
    action: string;
    actual: number;
    record: number;
  }) => `E${record} has ${actual} ${action}, not ${said}.`,
  'reading-differs': ({ said, what, actual, record }: { said: string; what: string; actual: number; record: number }) =>
    `E${record} shows ${actual} where this says "${said} ${what}".`,
  'length-differs': ({ value, actual }: { value: string; actual: string }) =>
    `No two of the cited events named here are "${value}" apart: the nearest are ${actual}.`,
  'number-of-name': ({ said, of, actual, record }: { said: string; of: string; actual: string; record: number }) =>
    `E${record} has ${actual} for ${of}, not ${said}.`,
  'number-of-another': ({ said, of, actual, record }: { said: string; of: string; actual: string; record: number }) =>
    `E${record} has ${said} for ${actual}, not for ${of}.`,
  'day-not-in-cited': ({ value, cited }: { value: string; cited: number[] }) =>
    `No event in ${names(cited, 'or')} is of ${value}: it is only the range of the query or a date of this report.`,
  'value-truncated': ({ value, cited, record }: { value: string; cited: number[]; record: number }) =>
    `${value} is not in ${names(cited, 'or')}. E${record} was truncated, so it can’t show what it left out.`,
  'entity-unknown': ({ value }: { value: string }) =>
    `${value} is in no evidence of this case. Correct it or remove it.`,
  'bound-false': ({ value, actual }: { value: string; actual: string }) =>
    `The evidence does not fit "${value}": it shows ${actual}.`,
  'limit-differs': ({ value, actual }: { value: string; actual: string }) =>
    `The evidence does not fit "${value}": it shows ${actual}.`,
  'rank-differs': ({ said, value, amount, record }: { said: string; value: string; amount: number; record: number }) =>
    `"${said}" does not fit E${record}: there it is ${value}, with ${amount}.`,
  'comparison-differs': ({ said, first, second }: { said: string; first: string; second: string }) =>
    `"${said}" does not fit: it is ${first} against ${second}.`,
  'moment-empty': ({ value }: { value: string }) =>
    `"${value}" leads to a time at which no cited evidence has an event. Check the length and from what it counts.`,
  'absence-no-query': ({ what }: { what: string }) =>
    `"${what}" is not supported: no query of this case could have found it. Run one, or write "not investigated".`,
  'absence-wrong-query': ({ what, cited, record }: { what: string; cited: number[]; record: number | null }) =>
    `"${what}" is not supported: ${names(cited)} could not have found it.${record ? ` E${record} could: cite that.` : ''}`,
  'absence-partial': ({ what, cited }: { what: string; cited: number[] }) =>
    `"${what}" is not supported: ${names(cited)} failed or was truncated.`,
  'absence-contradicted': ({ what, value, record }: { what: string; value: string; record: number }) =>
    `"${what}" is contradicted: E${record} has ${value}.`,
  'presence-contradicted': ({ what, value, record }: { what: string; value: string; record: number }) =>
    `"${what}" is not supported: E${record} looked for ${value} there and found nothing.`,
  'cites-nothing': ({ record }: { record: number }) =>
    `E${record} found nothing, so it can’t support this. Cite what does, or say that nothing was found.`,
  'past-verdict-differs': ({ said, actual, record }: { said: string; actual: string[]; record: number }) =>
    `E${record} has ${actual.length > 0 ? list(actual.map((word) => word.toUpperCase())) : 'no verdict'} for past cases, not ${said}.`,
  'never-before': ({ what, record }: { what: string; record: number }) =>
    `"${what}" is contradicted: E${record} has no earlier event of it.`,
  'habit-unsupported': ({ what, day, record }: { what: string; day: string; record: number }) =>
    `"${what}" is not supported: all rows about it are of ${day} (E${record}). Cite a query of other days, or remove it.`,
  'absence-uncited': ({ what }: { what: string }) =>
    `"${what}" cites nothing. Cite the query that would have found it, or write "not investigated".`,
  'absence-no-baseline': ({ what }: { what: string }) =>
    `"${what}" is not supported: no query covers the time before this case.`,
  'sum-differs': ({ terms, right, said }: { terms: string; right: number; said: string }) =>
    `${terms} is ${right}, not ${said}.`,
  'part-exceeds': ({ part, whole }: { part: string; whole: string }) =>
    `There can’t be ${part.toLowerCase()} of ${whole.toLowerCase()}. Check both numbers.`,
  'share-differs': ({ part, whole, right, said }: { part: string; whole: string; right: string; said: string }) =>
    `${part} of ${whole} is ${right} %, not ${said} %.`,
  'splits-differ': ({ split, sum, other, otherSum }: { split: string; sum: number; other: string; otherSum: number }) =>
    `${split} is ${sum}, and ${other} is ${otherSum}: two splits of one total must agree.`,
  'total-row-differs': ({ right, said }: { right: number; said: string }) =>
    `The rows above add up to ${right}, not ${said}.`,
  'not-defanged': ({ value, safe }: { value: string; safe: string }) =>
    `${value} can be clicked or resolved. Write ${safe}.`,
  'benign-no-query': () => 'BENIGN without evidence: no source was queried.',
  'benign-tool-failed': ({ tool, records }: { tool: string; records: number[] }) =>
    `BENIGN, but ${tool} never answered (${names(records)}).`,
  'benign-source-unqueried': ({ source }: { source: string }) => `BENIGN, but the source ${source} was never queried.`,
  'benign-source-failed': ({ source }: { source: string }) => `BENIGN, but every query of the source ${source} failed.`,
  'benign-source-truncated': ({ source }: { source: string }) =>
    `BENIGN, but every result from the source ${source} was truncated.`,
  'benign-gap': ({ gap }: { gap: string }) => `BENIGN, but there is a gap: ${gap}.`,
  'benign-cites-failed': ({ record }: { record: number }) => `BENIGN relies on E${record}, which failed.`,
  'fact-contradicted': ({ because, record }: Fact) => told(because, record),
  'fact-unsupported': ({ because, record }: Fact) => told(because, record),
  'block-too-large': ({ characters }: { characters: number }) =>
    `Not checked: this block is too large (${characters} characters). Split it, or move it into a code block.`,
  'report-too-large': ({ characters }: { characters: number }) =>
    `Not checked: the report is too large (${characters} characters).`,
  'too-slow': ({ seconds }: { seconds: number }) =>
    `Not checked: the checks took longer than ${seconds} seconds. Shorten the report or its longest paragraphs.`,
  'too-many-claims': ({ limit }: { limit: number }) =>
    `Not checked from here on: the report has more than ${limit} numbers, times and names.`,
  'checks-failed': () => 'Not checked: the checks failed or ran out of memory. Shorten the report or its evidence.',
} as const;

/** A model's own sentence: what it read, not a rule's wording. */
type Fact = { said: string; because: string; record: number | null; row: string | null };
/** A model's finding says that it is one, wherever it is read. */
function told(because: string, record: number | null): string {
  const names = record === null || new RegExp(`\\bE${record}\\b`).test(because);
  return `Model: ${names ? '' : `E${record}: `}${because}`;
}

export type Reason = keyof typeof MESSAGES;
type DataOf<R extends Reason> = Parameters<(typeof MESSAGES)[R]> extends [infer D] ? D : Record<string, never>;

/** What a fix does; `FIX_LABELS` has its wording. */
export type Edit = Omit<CheckFix, 'label'> & { does: keyof typeof FIX_LABELS };
export type Place = { line: number; column: number; endColumn: number };
export type Finding = Place & {
  rule: CheckRule;
  severity: 'error' | 'warning';
  reason: Reason;
  data: Record<string, unknown>;
  edit?: Edit | undefined;
};

const FIX_LABELS = {
  write: (text: string) => (/\s/.test(text.trim()) ? `Write “${text.trim()}”` : `Write ${text.trim()}`),
  defang: () => 'Defang',
  sort: () => 'Sort the timeline',
  cite: (text: string) => `Cite ${text.match(/E\d+/g)?.join(', ') ?? text.trim()}`,
} as const;

/** A finding of a rule, its data typed by the reason. */
export function finding<R extends Reason>(
  rule: CheckRule,
  severity: 'error' | 'warning',
  place: Place,
  reason: R,
  data: DataOf<R>,
  edit?: Edit,
): Finding {
  const { line, column, endColumn } = place;
  return { rule, severity, line, column, endColumn, reason, data: data as Record<string, unknown>, edit };
}

/** A finding with its wording, as the API, the command line and the pages show it. */
export function presentFinding({ edit, ...found }: Finding): CheckFinding {
  const word = MESSAGES[found.reason] as (data: Record<string, unknown>) => string; // `finding` typed the data by the reason
  const message = word(found.data);
  if (!edit) return { ...found, message };
  const { does, ...fix } = edit;
  return { ...found, message, fix: { label: FIX_LABELS[does](fix.text), ...fix } };
}

/** The count that stands there, where the rows of the sentence give one. */
const has = (actual: number | null): string => (actual === null ? '' : ` Its rows add up to ${actual}.`);
const names = (records: number[], word?: 'or'): string => {
  const shown = records.slice(0, 6).map((number) => `E${number}`);
  const last = word && shown.length > 1 ? shown.pop() : undefined;
  return last ? `${list(shown)} ${word} ${last}` : list(shown);
};
const list = (items: string[]): string => items.slice(0, 6).join(', ');
