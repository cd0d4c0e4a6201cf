import { z } from 'zod';
import { checkText } from '../checks/check-investigation';
import type { CheckFinding } from '../checks/finding';
import { db } from '../db/client';
import { readFinishedRecords } from '../evidence/record-evidence';
import { markedText } from '../model/marked-text';
import type { ToolDefinition } from '../model/model';
import { parseReport, readSection } from '../report/report';
import { SECTIONS } from '../report/schema';
import { isEmptyReport, isEmptySection } from '../report/template';
import { maskResult, maskSecrets } from '../secrets/mask-secrets';
import { evidenceText } from './context';
import { type Pivots, pivotsText, readPivots } from './pivots';
import type { RunSession } from './session';
import { isPrecedentTool } from './without-precedents';

/** Rows of a record that one call gives at most. */
const MAX_ROWS = 2_000;
const MAX_FINDINGS = 60;

const Read = z.strictObject({
  number: z.number().int().min(1),
  offset: z.number().int().min(0).default(0),
  rows: z.number().int().min(1).max(MAX_ROWS).optional(),
});
const Nothing = z.strictObject({});

type CaseTool = { description: string; input: z.ZodType; run(session: RunSession, args: unknown): Promise<string> };

/** Tools that read what the case has on record: no evidence of their own, nothing leaves this process. */
const TOOLS: Record<string, CaseTool> = {
  evidence__read: {
    description:
      'Reads any evidence record of this case again, with its whole arguments: rows (lines, where it is no table) from `offset` on, at most `rows`. Makes no call and no new record. Example: {"number": 7, "offset": 18, "rows": 50}',
    input: Read,
    run: (session, args) => readRecord(session, Read.parse(args)),
  },
  case__pivots: {
    description:
      'Lists each entity of the alerts and of the report with each log source: asked in a query, only seen in an answer, or not asked. Look at it before report__set_assessment; what is open is a query to make or a gap to name. Example: {}',
    input: Nothing,
    run: async (session) => {
      session.hasSeenPivots = true;
      return markedText(session.progress.context.boundary, 'case.pivots', pivotsText(await pivotsOf(session)));
    },
  },
  report__check: {
    description:
      'Checks what you have written against its evidence: values that no cited record has, wrong citations, absence that no query supports, form. Called once by itself when you end. Example: {}',
    input: Nothing,
    run: (session) => checkReportNow(session),
  },
};

export const isCaseTool = (name: string): boolean => Object.hasOwn(TOOLS, name);

/** As models see them; a run that answers a question has no report to check. */
export const caseTools = (writes: boolean): ToolDefinition[] =>
  Object.entries(TOOLS).flatMap(([name, { description, input }]) => {
    const { $schema: _, ...inputSchema } = z.toJSONSchema(input, { io: 'input' });
    return writes || !name.startsWith('report__') ? [{ name, description, inputSchema }] : [];
  });

/** What a case tool answers; a mistake in the arguments is an answer too. */
export async function callCaseTool(
  session: RunSession,
  name: string,
  args: unknown,
): Promise<{ ok: boolean; text: string }> {
  const tool = TOOLS[name];
  const parsed = tool?.input.safeParse(args);
  if (!tool || !parsed?.success) {
    const issues = parsed?.error?.issues.slice(0, 3).map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
    return { ok: false, text: `${issues.join('; ')}. ${tool?.description ?? ''}` };
  }
  try {
    return { ok: true, text: await tool.run(session, parsed.data) };
  } catch (error) {
    if (error instanceof NoRecord) return { ok: false, text: error.message };
    throw error;
  }
}

class NoRecord extends Error {}

async function readRecord(session: RunSession, { number, offset, rows }: z.infer<typeof Read>): Promise<string> {
  const { run, progress, limits } = session;
  const [record, head] = await Promise.all([
    readFinishedRecords(run.investigationId, [number]).then((found) => found.get(number)),
    db().evidence.findUnique({
      where: { investigationId_number: { investigationId: run.investigationId, number } },
      select: { server: true, tool: true, args: true, status: true, error: true },
    }),
  ]);
  const isHidden = run.withoutPrecedents && head !== null && isPrecedentTool(head.server, head.tool);
  if (!record || !head || isHidden) throw new NoRecord(`There is no evidence E${number} in this case.`);
  if (head.status === 'running') throw new NoRecord(`E${number} has not ended yet.`);
  const { boundary } = progress.context;
  const origin = `${head.server}.${head.tool}`;
  const shown = evidenceText(maskResult(record, head.args), origin, boundary, limits.shownChars, {
    offset,
    ...(rows === undefined ? {} : { rows }),
    note: record.ok || record.text !== '' ? '' : (head.error ?? ''),
  });
  return `${shown}\nIts arguments:\n${markedText(boundary, `E${number} arguments`, maskSecrets(JSON.stringify(head.args)))}`;
}

/** What was asked of which source in this case so far. */
export async function pivotsOf({ run, progress }: RunSession): Promise<Pivots> {
  const entities = progress.context.caseFile.alerts.flatMap((alert) => alert.entities);
  return readPivots(run.investigationId, { entities, markdown: progress.markdown });
}

async function checkReportNow(session: RunSession): Promise<string> {
  const findings = await findingsOf(session);
  const found = findings.length === 0 ? 'The checks find nothing.' : findingsText(session, findings);
  return [found, ...unwrittenText(session)].join('\n');
}

/** The sections that an investigation has left empty although it has come to an assessment; a report of one page says so there. */
export function unwrittenText({ run, progress }: RunSession): string[] {
  const { body, frontMatter } = parseReport(progress.markdown);
  if (run.kind !== 'investigate' || !frontMatter?.classification) return [];
  const names = SECTIONS.filter((name) => isEmptySection(name, readSection(body, name)));
  return names.length === 0 ? [] : [`Not written yet: ${names.join(', ')}. Write what belongs there.`];
}

/** The findings on what this run wrote, noted as looked at: lines that stood there before are not its own. */
export async function findingsOf(session: RunSession): Promise<CheckFinding[]> {
  const { run, progress } = session;
  session.checkedText = progress.markdown;
  const findings = await checkText(db(), run.investigationId, progress.markdown);
  const before = progress.context.caseFile.markdown;
  if (isEmptyReport(before)) return findings;
  const [own, standing] = [progress.markdown.split('\n'), new Set(before.split('\n'))];
  return findings.filter(({ line }) => !standing.has(own[line - 1] ?? ''));
}

/** Whose words a finding is about, where they are a person's: the whole line, or the piece of it that the finding touches. */
export function ownerOf({ progress }: RunSession, { line, column, endColumn }: CheckFinding): string | null {
  const whole = progress.markdown.split('\n')[line - 1] ?? '';
  const touches = (piece: string): boolean => {
    const at = whole.indexOf(piece);
    return at >= 0 && column <= at + piece.length && endColumn > at;
  };
  const owner = progress.context.humanLines.find(({ text, words }) => text === whole || words.some(touches));
  return owner ? (owner.by ?? 'a deleted user') : null;
}

/** Findings by line with the passage each is about. Those on words of people are marked. */
export function findingsText(session: RunSession, findings: CheckFinding[]): string {
  const { progress } = session;
  const lines = progress.markdown.split('\n');
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const shown = findings.slice(0, MAX_FINDINGS).map((finding) => {
    const owner = ownerOf(session, finding);
    return `line ${finding.line}, ${findingText(finding, lines)}${owner ? ` (${owner}'s words: write beside them)` : ''}`;
  });
  const more = findings.length > shown.length ? `\n${findings.length - shown.length} more.` : '';
  return `The checks find ${counted(errors, 'error')} and ${counted(findings.length - errors, 'warning')}:\n${markedText(progress.context.boundary, 'report.check', shown.join('\n'))}${more}`;
}

function findingText({ line, column, endColumn, severity, message, fix }: CheckFinding, lines: string[]): string {
  const passage = (lines[line - 1] ?? '').slice(Math.max(0, column - 60), endColumn + 40).trim();
  return `${severity}: ${message}${fix ? ` Fix: ${fix.label}.` : ''} …${passage}…`;
}

/** Findings that none of these texts of earlier checks has: what a model was told of and has left needs no second telling. */
export const untoldFindings = (findings: CheckFinding[], earlierChecks: string[]): CheckFinding[] =>
  findings.filter(
    ({ severity, message }) => !earlierChecks.some((text) => text.includes(`, ${severity}: ${message} `)),
  );

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
