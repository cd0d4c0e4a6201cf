import { isMap, LineCounter, type Node, parseDocument } from 'yaml';
import { z } from 'zod';
import { isTechnique } from '../attack/techniques';
import { Platform, type Runbook, type RunbookQuestion } from './schema';
import { TOPICS, type Topic } from './topics';

/** One page. */
const MAX_CHARS = 6_000;
const MAX_QUESTIONS = 8;
export const QUESTIONS_HEADING = 'Questions that decide';
const HEAD = /^---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/;

const List = z
  .array(z.string('Enter a text.').trim().min(1, 'Enter a text.').max(200))
  .max(40, 'Enter at most 40.')
  .default([]);
const Head = z.strictObject({
  title: z.string('Title is required.').trim().min(1, 'Title is required.').max(120),
  match: z
    .strictObject(
      {
        rules: List,
        events: List,
        techniques: List.refine((ids) => ids.every(isTechnique), 'has an ID that ATT&CK does not know.'),
        sources: List,
        platforms: z.array(Platform).max(10, 'Enter at most 10.').default([]),
      },
      'Enter what it matches: rules, events, techniques or sources.',
    )
    .refine(({ platforms: _, ...match }) => Object.values(match).some((list) => list.length > 0), {
      message: 'Enter what it matches: rules, events, techniques or sources.',
    }),
});

/** A runbook, or what is wrong with it: `runbooks/x.md:5: what is wrong`. Never throws. */
export function readRunbook(file: string, text: string): { runbook: Runbook | null; problems: string[] } {
  const at = (line: number, problem: string): string => `${file}:${line}: ${problem}`;
  const failed = (...problems: string[]) => ({ runbook: null, problems });
  if (text.length > MAX_CHARS)
    return failed(at(1, `is longer than ${MAX_CHARS} characters. A runbook is one page; split it or cut it.`));
  const head = HEAD.exec(text);
  if (!head) return failed(at(1, 'has no front matter: a block between two lines of --- with title and match.'));
  const read = readHead(head[1] ?? '');
  if ('problem' in read) return failed(at(read.line, read.problem));
  const bodyLine = head[0].split('\n').length;
  const { questions, problems, body } = readBody(text.slice(head[0].length), bodyLine);
  if (problems.length > 0) return failed(...problems.map(({ line, problem }) => at(line, problem)));
  return { runbook: { file, ...read.head, questions, text: body.trim() }, problems: [] };
}

function readHead(yaml: string): { head: z.infer<typeof Head> } | { line: number; problem: string } {
  const lines = new LineCounter();
  // The empty first line stands for the --- above, so that line numbers are those of the file.
  const document = parseDocument(`\n${yaml}`, {
    lineCounter: lines,
    stringKeys: true,
    prettyErrors: false,
    schema: 'failsafe',
  });
  const [syntax] = document.errors;
  if (syntax)
    return { line: lines.linePos(syntax.pos[0]).line, problem: syntax.message.split('\n')[0] ?? 'is not YAML.' };
  if (!isMap(document.contents)) return { line: 1, problem: 'The front matter has no title and match.' };
  const parsed = Head.safeParse(document.toJS({ maxAliasCount: 0 }));
  if (parsed.success) return { head: parsed.data };
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  const node = document.getIn(path, true) as Node | undefined; // with keepScalar a node, or nothing
  const line = node?.range ? lines.linePos(node.range[0]).line : 1;
  const name = path.map(String).join('.');
  return { line, problem: `${name ? `"${name}": ` : ''}${issue?.message ?? 'is no front matter of a runbook.'}` };
}

type Body = { questions: RunbookQuestion[]; problems: { line: number; problem: string }[]; body: string };

/** The numbered list under its heading; an item continues over indented lines, and ends with its topics as code. */
function readBody(text: string, firstLine: number): Body {
  const lines = text.split(/\r?\n/);
  const heading = lines.findIndex((line) => line.trim() === `## ${QUESTIONS_HEADING}`);
  const none = { questions: [], body: text };
  if (heading < 0)
    return { ...none, problems: [{ line: firstLine, problem: `has no section "## ${QUESTIONS_HEADING}".` }] };
  const end = lines.findIndex((line, at) => at > heading && /^##? /.test(line));
  const stop = end < 0 ? lines.length : end;
  const items: { line: number; first: number; last: number; text: string }[] = [];
  for (let at = heading + 1; at < stop; at += 1) {
    const line = lines[at] ?? '';
    const item = /^\d+\.\s+(.*)$/.exec(line);
    const open = items.at(-1);
    if (item) items.push({ line: firstLine + at, first: at, last: at, text: item[1] ?? '' });
    else if (open && /^\s+\S/.test(line)) Object.assign(open, { text: `${open.text} ${line.trim()}`, last: at });
  }
  const problems: Body['problems'] = [];
  if (items.length === 0)
    problems.push({ line: firstLine + heading, problem: `"${QUESTIONS_HEADING}" has no numbered list of questions.` });
  if (items.length > MAX_QUESTIONS)
    problems.push({
      line: firstLine + heading,
      problem: `has ${items.length} questions. Keep at most ${MAX_QUESTIONS}.`,
    });
  const questions = items.map(({ line, text: item }) => {
    const named: string[] = (/(?:\s*`[^`\s]*`)+\s*$/.exec(item)?.[0] ?? '').match(/[^`\s]+/g) ?? [];
    const unknown = named.find((topic) => !isTopic(topic));
    if (unknown) problems.push({ line, problem: `"${unknown}" is not a topic. Topics are ${TOPICS.join(', ')}.` });
    return { text: withoutTopics(item), topics: named.filter(isTopic) };
  });
  const shown = [...lines];
  for (const { last } of items) shown[last] = withoutTopics(shown[last] ?? '');
  return { questions, problems, body: shown.join('\n') };
}

const isTopic = (text: string): text is Topic => TOPICS.some((topic) => topic === text);
const withoutTopics = (line: string): string => line.replace(/(?:\s*`[^`\s]*`)+\s*$/, '');
