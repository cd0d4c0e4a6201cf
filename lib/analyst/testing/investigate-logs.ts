import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterAll, expect, vi } from 'vitest';
import type { RunKind } from '../../agent/events';
import { getAlert } from '../../alerts/list-alerts';
import type { Entity } from '../../alerts/schema';
import { SYSTEM } from '../../auth/guard';
import { checkReport } from '../../checks/check-report';
import type { CheckFinding } from '../../checks/finding';
import { closeServers, openToolbox, type Toolbox } from '../../connections';
import type { CallResult } from '../../connections/schema';
import { db } from '../../db/client';
import { testDatabase } from '../../db/testing';
import { overrideEnv } from '../../env/env';
import type { EvidenceRecord } from '../../evidence/evidence-record';
import { rowsOf } from '../../evidence/record-evidence';
import type { CaseFile, Message, ModelEvent, ToolCall, ToolResult } from '../../model/model';
import { patchFrontMatter, writeSection } from '../../report/report';
import { Classification, type SectionName } from '../../report/schema';
import { newReport } from '../../report/template';
import { builtinAnalyst } from '../analyst';
import { isObject } from '../script';
import type { Detections } from '../sigma/load-rules';

export type Draft = {
  assessment: { classification: string; confidence: number; techniques: string[]; [field: string]: unknown };
  sections: Record<string, string>;
  /** Every report tool's call, in order. */
  edits: { name: string; args: Record<string, unknown> }[];
  /** All sections with their headings, as in the report. */
  markdown: string;
  /** The same with its front matter: a whole report. */
  report: string;
  /** What the case's own alerts say, as the checks are given it. */
  alerts: string;
  /** By E-number. */
  receipts: EvidenceRecord[];
  stages: string[];
  lastWords: string;
  turns: number;
};

/** All that the product's own checks find in a draft; of a part of one, what its form alone can't have is left out. */
export function findingsIn(markdown: string, { report, markdown: whole, receipts, alerts }: Draft): CheckFinding[] {
  if (markdown === whole) return checkReport(report, receipts, alerts);
  const findings = checkReport(markdown, receipts, alerts);
  return findings.filter(({ rule }) => rule !== 'front-matter' && rule !== 'sections');
}

/** Call at the top of a test file: a database, a folder of logs and the servers that read it, all gone afterwards. */
export function testLogs(): { toolbox: Toolbox; logs: PlacedLogs } {
  testDatabase();
  const logs = new PlacedLogs();
  const toolbox = openToolbox({ investigationId: '00000000-0000-7000-8000-000000000000' });
  afterAll(async () => {
    await toolbox.close();
    await closeServers();
    logs.remove();
  });
  return { toolbox, logs };
}

/** A folder of logs that the real logs server looks at. One for all cases of a file of tests: the server needs no restart. */
class PlacedLogs {
  readonly #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-logs-'));
  #name = '';
  readonly #names = new Map<string, string>();
  readonly #answers = new Map<string, Promise<CallResult>>();

  constructor() {
    overrideEnv({ LOGS_DIR: this.#folder });
  }

  /** Makes these records, or lines as they are, all there is, under a name that gives nothing away. */
  replace(toolbox: Toolbox, lines: readonly (object | string)[]): Promise<void> {
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
    return this.replaceFiles(toolbox, [{ text: `${text}\n`, extension: 'jsonl' }]);
  }

  /** The same of several files, each a source; the server has read them when this returns. */
  async replaceFiles(toolbox: Toolbox, files: { text: string; extension: string }[]): Promise<void> {
    const key = JSON.stringify(files);
    // Letters: digits of a name would make one source of all.
    const letter = (index: number): string =>
      (index < 26 ? '' : letter(Math.floor(index / 26) - 1)) + String.fromCharCode(97 + (index % 26));
    const name = this.#names.get(key) ?? `log_${letter(this.#names.size)}`;
    this.#names.set(key, name);
    if (name === this.#name) return;
    this.#name = name;
    for (const old of fs.readdirSync(this.#folder)) fs.rmSync(path.join(this.#folder, old));
    const names = files.map((_, index) => (index === 0 ? name : `${name}_${letter(index)}`));
    for (const [index, { text, extension }] of files.entries())
      fs.writeFileSync(path.join(this.#folder, `${names[index]}.${extension}`), text);
    await vi.waitFor(
      async () => {
        const { structured } = await toolbox.call('logs', 'list_sources', {}, { signal: AbortSignal.timeout(60_000) });
        const list = structured as { sources: { name: string }[]; indexing: unknown }; // list_sources' own shape
        expect(list.indexing ? [] : list.sources.map((source) => source.name)).toEqual(names);
      },
      { timeout: 60_000, interval: 50 },
    );
  }

  /** What the real server answers; of the same logs the same question is asked once. */
  call(toolbox: Toolbox, server: string, tool: string, args: Record<string, unknown>): Promise<CallResult> {
    const ask = () => toolbox.call(server, tool, args, { signal: AbortSignal.timeout(60_000) });
    if (server !== 'logs') return ask();
    const key = `${this.#name} ${tool} ${JSON.stringify(args)}`;
    const answer = this.#answers.get(key) ?? ask();
    this.#answers.set(key, answer);
    return answer;
  }

  remove(): void {
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Stores an alert and has the analyst investigate it with the real servers, turn by turn as the loop does. */
export async function investigateLogs(
  toolbox: Toolbox,
  logs: PlacedLogs,
  alert: { at: string; entities: Entity[]; title?: string; raw?: object },
  instruction: string | null = null,
  {
    markdown = '',
    coaching = null,
    kind = 'coach',
    detections,
    otherAlerts,
  }: {
    markdown?: string;
    coaching?: string | null;
    kind?: RunKind;
    detections?: Detections;
    otherAlerts?: CaseFile['otherAlerts'];
  } = {},
): Promise<Draft> {
  const id = uuid();
  const { at, entities, title = 'Unusual activity of an identity', raw = {} } = alert;
  await db().alert.create({
    data: {
      id,
      source: 'generic',
      sourceRef: id,
      title,
      severity: 3,
      occurredAt: new Date(at),
      entities,
      techniques: [],
      raw: { title, entities, ...raw },
    },
  });
  const caseFile: CaseFile = {
    investigation: { id: uuid(), codename: 'quiet-test-case', title, openedAt: at },
    alerts: [await getAlert(SYSTEM, id)],
    ...(otherAlerts ? { otherAlerts } : {}),
    markdown,
    kind: instruction === null ? 'investigate' : kind,
    instruction,
    coaching,
    quote: null,
    fresh: false,
    earlierEvidence: [],
    now: new Date().toISOString(),
  };
  return play((...call) => logs.call(toolbox, ...call), caseFile, detections);
}

type Ask = (server: string, tool: string, args: Record<string, unknown>) => Promise<CallResult>;

/** What the turns have brought so far. */
type Played = {
  receipts: EvidenceRecord[];
  sections: Record<string, string>;
  edits: Draft['edits'];
  assessment: Record<string, unknown>;
};

async function play(ask: Ask, caseFile: CaseFile, detections?: Detections): Promise<Draft> {
  const messages: Message[] = [{ role: 'user', text: 'Investigate.' }];
  const played: Played = { receipts: [], sections: {}, edits: [], assessment: {} };
  const stages: string[] = [];
  for (let turns = 1; turns <= 40; turns += 1) {
    const end = await turn(detections, caseFile, messages, stages);
    if (end.stop === 'done') return { ...draftOf(caseFile, played), stages, lastWords: end.text, turns };
    const results = await answer(ask, end.calls, played);
    messages.push({ role: 'assistant', text: '', calls: end.calls }, { role: 'tools', results });
  }
  throw new Error('The analyst did not come to an end in 40 turns.');
}

/** Makes the calls of a turn at once, as the loop does; numbered in their order. */
async function answer(ask: Ask, calls: ToolCall[], played: Played): Promise<ToolResult[]> {
  const asked = calls.map((call) => {
    const [server = '', tool = ''] = call.name.split('__');
    const { question: _question, ...args } = call.args;
    return { call, server, tool, args, result: server === 'report' ? null : ask(server, tool, args) };
  });
  const results: ToolResult[] = [];
  for (const { call, server, tool, args, result: pending } of asked) {
    if (call.name === 'report__set_assessment') played.assessment = call.args;
    if (call.name === 'report__write_section') played.sections[String(call.args.section)] = String(call.args.markdown);
    const result = await pending;
    if (!result) {
      played.edits.push({ name: call.name, args: call.args });
      results.push({ callId: call.id, ok: true, text: 'Written.', evidence: null });
      continue;
    }
    const number = played.receipts.length + 1;
    played.receipts.push(receiptOf(number, { server, tool, args }, result));
    const structured = isObject(result.structured) ? { structured: result.structured } : {};
    results.push({
      callId: call.id,
      ok: result.ok,
      text: `[E${number}] ${result.text}`,
      evidence: number,
      ...structured,
    });
  }
  return results;
}

const receiptOf = (
  number: number,
  { server, tool, args }: Pick<EvidenceRecord, 'server' | 'tool' | 'args'>,
  result: CallResult,
): EvidenceRecord => ({
  number,
  server,
  tool,
  args,
  status: result.ok ? 'ok' : 'failed',
  rows: rowsOf(isObject(result.structured) ? result.structured : null),
  durationMs: result.durationMs,
  truncated: result.truncated,
  timeFrom: null,
  timeTo: null,
  text: result.text,
  structured: result.structured,
});

function draftOf(
  caseFile: CaseFile,
  { assessment, sections, edits, receipts }: Played,
): Omit<Draft, 'stages' | 'lastWords' | 'turns'> {
  const markdown = Object.entries(sections)
    .map(([name, text]) => `## ${name}\n\n${text}`)
    .join('\n\n');
  return {
    assessment: assessment as Draft['assessment'], // the report tool's own shape
    sections,
    edits,
    markdown,
    report: wholeReport(caseFile, assessment, sections),
    alerts: caseFile.alerts.map((alert) => JSON.stringify(alert)).join('\n'),
    receipts,
  };
}

/** As the loop writes it: a new report with the assessment and the sections in their places; coached, the report that was there. */
function wholeReport(
  { alerts, investigation, markdown }: CaseFile,
  assessment: Record<string, unknown>,
  sections: Record<string, string>,
): string {
  const { classification, confidence, techniques } = assessment as Partial<Draft['assessment']>; // the report tool's own shape
  if (classification === undefined) return markdown;
  const empty = newReport(alerts, investigation.codename, new Date(investigation.openedAt));
  const verdict = { classification: Classification.parse(classification), confidence, techniques };
  return Object.entries(sections).reduce(
    (text, [name, section]) => writeSection(text, name as SectionName, section), // the writers' own names
    patchFrontMatter(empty, verdict),
  );
}

async function turn(
  detections: Detections | undefined,
  caseFile: CaseFile,
  messages: Message[],
  stages: string[],
): Promise<Extract<ModelEvent, { type: 'end' }>> {
  const request = { system: '', messages, tools: [], maxOutputTokens: 1000, caseFile };
  const own = detections ? { detections: () => Promise.resolve(detections) } : {};
  for await (const event of builtinAnalyst({ pauseMs: 0, ...own }).turn(request, new AbortController().signal)) {
    if (event.type === 'stage') stages.push(event.text);
    if (event.type === 'end') return event;
  }
  throw new Error('A turn ended without an end.');
}
