import type { CaseFile } from '../model/model';
import { plural } from '../text/phrases';
import type { Gathered } from './case';
import { locate } from './gather';
import { groupBy } from './group-by';
import { code, defanged } from './report/escape';
import { few } from './report/names';
import { bullet, cite } from './report/parts';
import type { Context } from './script';
import { seedsOf, subjectOfText } from './subject';
import { readTime, span } from './time';

/**
 * A question about the report. Without a language model it can't be answered as it is meant; what the passage rests on and where
 * its names occur in the logs can be said, and is.
 */
export async function answerQuestion(context: Context, caseFile: CaseFile): Promise<string> {
  const passage = `${caseFile.quote?.text ?? ''}\n${caseFile.instruction ?? ''}`;
  const subject = subjectOfText(passage, readTime(caseFile.alerts[0]?.occurredAt));
  const named = seedsOf(subject);
  context.stage('Looking up what the passage rests on, and where its names occur');
  const found = named.length > 0 ? await locate(context, subject) : null;
  const again = await callAgain(context, caseFile);
  const lines = [
    ...again,
    ...citedRecords(passage, caseFile),
    ...(found?.presence ?? []).flatMap(occurrences),
    ...(found && found.absent.length > 0
      ? [
          `In none of the sources searched: ${found.absent.map(({ value }) => code(defanged(value))).join(', ')} ${cite(found.presence.map(({ evidence }) => evidence))}.`,
        ]
      : []),
    ...(found?.gaps ?? []).map((gap) => `${gap.text} ${cite(gap.evidence)}`.trim()),
  ];
  return [
    'The built-in analyst has rules and no language model: it can’t answer the question as it is meant.',
    lines.length > 0
      ? `What can be said about the passage:\n\n${bullet(lines)}`
      : 'The passage cites no evidence and names nothing that could be looked up in the logs.',
    'For more, use a quick prompt: the built-in analyst can carry those out.',
  ].join('\n\n');
}

/** Where the names occur in a source: one line for all forms and roles that the same events have. */
function occurrences({ source, evidence, found }: Gathered['presence'][number]): string[] {
  const same = groupBy(found.slice(0, 20), ({ n, first, last }) => `${n} ${first} ${last}`);
  return [...same.values()].flatMap((hits) => {
    const [hit] = hits;
    if (!hit) return [];
    const names = [...new Set(hits.map(({ value }) => value))];
    const longest = names.filter((name) => !names.some((other) => other !== name && other.includes(name)));
    const when = hit.first === null || hit.last === null ? 'at no known time' : span(hit.first, hit.last);
    const verb = longest.length === 1 ? 'is' : 'are';
    return [
      `${few(longest.map((name) => code(defanged(name))))} ${verb} in ${code(source.name)} as ${few([...new Set(hits.map(({ as }) => as))])}: ${plural(hit.n, 'event')}, ${when} [E${evidence}].`,
    ];
  });
}

/** "Run the query of E5 again": the very call, and how many rows it gives now. */
async function callAgain(context: Context, { instruction, earlierEvidence }: CaseFile): Promise<string[]> {
  const number = /\b(?:run|ask|repeat|call)\b[^.\n]*\bE(\d{1,6})\b[^.\n]*\bagain\b/i.exec(instruction ?? '')?.[1];
  const item = earlierEvidence.find((one) => one.number === Number(number));
  if (!item || typeof item.args !== 'object' || item.args === null) return [];
  context.stage(`Making the call of E${item.number} again`);
  const outcome = await context.call(`${item.server}__${item.tool}`, item.args as Record<string, unknown>); // an object: checked
  const before = item.status !== 'ok' ? 'failed' : item.rows === null ? 'was answered' : `gave ${item.rows} rows`;
  const now = !outcome.ok
    ? `fails: ${code(outcome.text.replace(/^\[E\d+\]\s*/, ''), 200)}`
    : outcome.table
      ? `gives ${outcome.table.rows.length} rows`
      : 'is answered';
  return [
    `The call of E${item.number}, made again, ${now} [E${outcome.evidence}]; then it ${before} [E${item.number}].`,
  ];
}

/** What the evidence records are that the passage cites. */
function citedRecords(passage: string, caseFile: CaseFile): string[] {
  const numbers = [...new Set([...passage.matchAll(/\bE(\d{1,6})\b/g)].map((match) => Number(match[1])))];
  return numbers.slice(0, 20).map((number) => {
    const item = caseFile.earlierEvidence.find((one) => one.number === number);
    if (!item) return `There is no evidence record E${number} in this case.`;
    const rows = item.rows === null ? '' : `, ${item.rows} rows`;
    return `[E${number}] is a call of ${code(`${item.server}.${item.tool}`)} that ${item.status === 'ok' ? `was answered${rows}` : 'failed'}: ${code(JSON.stringify(item.args), 300)}`;
  });
}
