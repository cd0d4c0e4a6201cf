import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { v7 as uuid } from 'uuid';
import { expect, vi } from 'vitest';
import type { RunKind } from '../../agent/events';
import { getAlert } from '../../alerts/list-alerts';
import type { Entity } from '../../alerts/schema';
import { SYSTEM } from '../../auth/guard';
import { checkReport } from '../../checks/check-report';
import type { CheckFinding } from '../../checks/finding';
import type { Toolbox } from '../../connections';
import type { CallResult } from '../../connections/schema';
import { db } from '../../db/client';
import { overrideEnv } from '../../env/env';
import type { EvidenceRecord } from '../../evidence/evidence-record';
import type { CaseFile, Message, ModelEvent, ToolResult } from '../../model/model';
import { builtinAnalyst } from '../analyst';
import { isObject } from '../script';

export type Draft = {
  assessment: { classification: string; confidence: number; techniques: string[]; [field: string]: unknown };
  sections: Record<string, string>;
  /** Every report tool's call, in order. */
  edits: { name: string; args: Record<string, unknown> }[];
  /** All sections with their headings, as in the report. */
  markdown: string;
  /** By E-number. */
  receipts: EvidenceRecord[];
  stages: string[];
  lastWords: string;
  turns: number;
};

/** What a text says that its receipts don't show, by the product's own checks. */
export function unproven(markdown: string, { receipts }: Draft): CheckFinding[] {
  const rules = ['evidence', 'citation', 'total'];
  return checkReport(markdown, receipts).filter(({ rule, severity }) => severity === 'error' && rules.includes(rule));
}

/** A folder of logs that the real logs server looks at. One for all cases of a file of tests: the server needs no restart. */
export class PlacedLogs {
  readonly #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-logs-'));
  #name = '';
  readonly #names = new Map<string, string>();
  readonly #answers = new Map<string, Promise<CallResult>>();

  constructor() {
    overrideEnv({ LOGS_DIR: this.#folder });
  }

  /**
   * Makes these records, or lines as they are, all there is, under a name that gives nothing away; the server has read
   * them when this returns.
   */
  async replace(toolbox: Toolbox, lines: readonly (object | string)[]): Promise<void> {
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
    // Letters: digits of a name would make one source of all.
    const name = this.#names.get(text) ?? `log_${String.fromCharCode(97 + this.#names.size)}`;
    this.#names.set(text, name);
    if (name === this.#name) return;
    this.#name = name;
    for (const old of fs.readdirSync(this.#folder)) fs.rmSync(path.join(this.#folder, old));
    fs.writeFileSync(path.join(this.#folder, `${name}.jsonl`), `${text}\n`);
    await vi.waitFor(
      async () => {
        const { structured } = await toolbox.call('logs', 'list_sources', {}, { signal: AbortSignal.timeout(60_000) });
        const list = structured as { sources: { name: string }[]; indexing: unknown }; // list_sources' own shape
        expect(list.indexing ? [] : list.sources.map((source) => source.name)).toEqual([name]);
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
  alert: { at: string; entities: Entity[]; title?: string },
  instruction: string | null = null,
  {
    markdown = '',
    coaching = null,
    kind = 'coach',
  }: { markdown?: string; coaching?: string | null; kind?: RunKind } = {},
): Promise<Draft> {
  const id = uuid();
  const { at, entities, title = 'Unusual activity of an identity' } = alert;
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
      raw: { title, entities },
    },
  });
  const caseFile: CaseFile = {
    investigation: { id: uuid(), codename: 'quiet-test-case', title, openedAt: at },
    alerts: [await getAlert(SYSTEM, id)],
    markdown,
    kind: instruction === null ? 'investigate' : kind,
    instruction,
    coaching,
    quote: null,
    fresh: false,
    earlierEvidence: [],
    now: new Date().toISOString(),
  };
  return play((...call) => logs.call(toolbox, ...call), caseFile);
}

type Ask = (server: string, tool: string, args: Record<string, unknown>) => Promise<CallResult>;

async function play(ask: Ask, caseFile: CaseFile): Promise<Draft> {
  const messages: Message[] = [{ role: 'user', text: 'Investigate.' }];
  const receipts: EvidenceRecord[] = [];
  const sections: Record<string, string> = {};
  const stages: string[] = [];
  const edits: Draft['edits'] = [];
  let assessment: Record<string, unknown> = {};
  for (let turns = 1; turns <= 40; turns += 1) {
    const end = await turn(caseFile, messages, stages);
    if (end.stop === 'done') {
      const markdown = Object.entries(sections)
        .map(([name, text]) => `## ${name}\n\n${text}`)
        .join('\n\n');
      return {
        assessment: assessment as Draft['assessment'],
        sections,
        edits,
        markdown,
        receipts,
        stages,
        lastWords: end.text,
        turns,
      }; // the report tool's own shape
    }
    const results: ToolResult[] = [];
    // At once, as the loop does them; numbered in their order.
    const calls = end.calls.map((call) => {
      const [server = '', tool = ''] = call.name.split('__');
      return { ...call, server, tool, answer: server === 'report' ? null : ask(server, tool, call.args) };
    });
    for (const { id, name, args, server, tool, answer } of calls) {
      if (name === 'report__set_assessment') assessment = args;
      if (name === 'report__write_section') sections[String(args.section)] = String(args.markdown);
      const result = await answer;
      if (!result) {
        edits.push({ name, args });
        results.push({ callId: id, ok: true, text: 'Written.', evidence: null });
        continue;
      }
      const evidence = receipts.length + 1;
      receipts.push({
        number: evidence,
        server,
        tool,
        args,
        status: result.ok ? 'ok' : 'failed',
        rows: null,
        durationMs: result.durationMs,
        truncated: result.truncated,
        timeFrom: null,
        timeTo: null,
        text: result.text,
        structured: result.structured,
      });
      const structured = isObject(result.structured) ? { structured: result.structured } : {};
      results.push({ callId: id, ok: result.ok, text: `[E${evidence}] ${result.text}`, evidence, ...structured });
    }
    messages.push({ role: 'assistant', text: '', calls: end.calls }, { role: 'tools', results });
  }
  throw new Error('The analyst did not come to an end in 40 turns.');
}

async function turn(
  caseFile: CaseFile,
  messages: Message[],
  stages: string[],
): Promise<Extract<ModelEvent, { type: 'end' }>> {
  const request = { system: '', messages, tools: [], maxOutputTokens: 1000, caseFile };
  for await (const event of builtinAnalyst({ pauseMs: 0 }).turn(request, new AbortController().signal)) {
    if (event.type === 'stage') stages.push(event.text);
    if (event.type === 'end') return event;
  }
  throw new Error('A turn ended without an end.');
}
