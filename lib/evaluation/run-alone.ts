import { v7 as uuid } from 'uuid';
import { getAlert } from '../alerts/list-alerts';
import { SYSTEM } from '../auth/guard';
import { openToolbox } from '../connections';
import type { EvidenceRecord } from '../evidence/evidence-record';
import type { CaseFile, Message, Model, ModelEvent, ToolCall, ToolDefinition, ToolResult } from '../model/model';
import { SECTIONS } from '../report/schema';

export type AloneResult = {
  markdown: string;
  assessment: { classification?: unknown; confidence?: unknown };
  evidence: EvidenceRecord[];
  tokens: number;
};

const MOST_TURNS = 60;
const MAX_TEXT = 30_000;

const SYSTEM_PROMPT = `You are a security analyst. Investigate the alert with the tools, then write a report in Markdown with the sections ${SECTIONS.join(', ')}.
Begin the report with two lines: "Classification: BENIGN", SUSPICIOUS or MALICIOUS, and "Confidence: " with a number from 0 to 100.`;

/** The arm `alone`: a model, the alert and the log tools. No method, no template, no past cases, no checks, nobody who coaches. */
export async function investigateAlone(model: Model, alertIds: string[], signal: AbortSignal): Promise<AloneResult> {
  const alerts = await Promise.all(alertIds.map((id) => getAlert(SYSTEM, id)));
  const title = alerts[0]?.title ?? 'Alert';
  const toolbox = openToolbox({ investigationId: uuid() });
  try {
    const tools = (await toolbox.tools())
      .filter(({ server }) => server === 'logs')
      .map(
        ({ server, tool, description, inputSchema }): ToolDefinition => ({
          name: `${server}__${tool}`,
          description,
          inputSchema,
        }),
      );
    const now = new Date().toISOString();
    const caseFile: CaseFile = {
      investigation: { id: uuid(), codename: 'alone', title, openedAt: now },
      alerts,
      markdown: '',
      kind: 'investigate',
      instruction: null,
      coaching: null,
      quote: null,
      fresh: false,
      earlierEvidence: [],
      now,
    };
    const offered = new Set(tools.map(({ name }) => name));
    const call = (server: string, tool: string, args: Record<string, unknown>) =>
      toolbox.call(server, tool, args, { signal });
    await model.prepare?.(signal);
    return await converse(model, { caseFile, tools, offered, call, signal });
  } finally {
    await toolbox.close();
  }
}

type Talk = {
  caseFile: CaseFile;
  tools: ToolDefinition[];
  offered: Set<string>;
  call: (
    server: string,
    tool: string,
    args: Record<string, unknown>,
  ) => ReturnType<ReturnType<typeof openToolbox>['call']>;
  signal: AbortSignal;
};

async function converse(model: Model, { caseFile, tools, offered, call, signal }: Talk): Promise<AloneResult> {
  const messages: Message[] = [{ role: 'user', text: `The alert:\n${JSON.stringify(caseFile.alerts, null, 1)}` }];
  const evidence: EvidenceRecord[] = [];
  const sections = new Map<string, string>();
  let assessment: AloneResult['assessment'] = {};
  let tokens = 0;
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const request = { system: SYSTEM_PROMPT, messages, tools, maxOutputTokens: 16_000, caseFile };
    const end = await lastOf(model.turn(request, signal));
    tokens += end.usage.inputTokens + end.usage.outputTokens + end.usage.cacheReadTokens + end.usage.cacheWriteTokens;
    if (end.stop !== 'tools') {
      const written = [...sections].map(([name, text]) => `## ${name}\n\n${text}`).join('\n\n');
      const markdown = written || end.text;
      return { markdown, assessment: { ...statedIn(end.text), ...assessment }, evidence, tokens };
    }
    const results: ToolResult[] = [];
    for (const item of end.calls) {
      // A program that writes its report by tools (the built-in analyst) is heard too.
      if (item.name === 'report__set_assessment') assessment = item.args;
      if (item.name === 'report__write_section') sections.set(String(item.args.section), String(item.args.markdown));
      results.push(await answer(item, { offered, call, evidence }));
    }
    messages.push(
      { role: 'assistant', text: end.text, calls: end.calls, opaque: end.opaque },
      { role: 'tools', results },
    );
  }
  throw new Error(`It did not come to an end in ${MOST_TURNS} turns.`);
}

async function answer(
  { id, name, args }: ToolCall,
  { offered, call, evidence }: Pick<Talk, 'offered' | 'call'> & { evidence: EvidenceRecord[] },
): Promise<ToolResult> {
  if (name.startsWith('report__')) return { callId: id, ok: true, text: 'Written.', evidence: null };
  if (!offered.has(name)) return { callId: id, ok: false, text: `There is no tool ${name}.`, evidence: null };
  const [server = '', tool = ''] = name.split('__');
  const result = await call(server, tool, args);
  const number = evidence.length + 1;
  const { text, structured, durationMs, truncated } = result;
  evidence.push({
    number,
    server,
    tool,
    args,
    status: result.ok ? 'ok' : 'failed',
    rows: null,
    durationMs,
    truncated,
    timeFrom: null,
    timeTo: null,
    text,
    structured,
  });
  return {
    callId: id,
    ok: result.ok,
    text: `[E${number}] ${text.slice(0, MAX_TEXT)}`,
    evidence: number,
    ...(structured ? { structured } : {}),
  };
}

async function lastOf(events: AsyncIterable<ModelEvent>): Promise<Extract<ModelEvent, { type: 'end' }>> {
  for await (const event of events) if (event.type === 'end') return event;
  throw new Error('A turn ended without an end.');
}

/** The verdict as the report's own first lines state it. */
function statedIn(text: string): AloneResult['assessment'] {
  const classification = /classification\W{0,6}(BENIGN|SUSPICIOUS|MALICIOUS)/i.exec(text)?.[1]?.toUpperCase();
  const confidence = /confidence\W{0,6}(\d{1,3})/i.exec(text)?.[1];
  return { classification, confidence: confidence === undefined ? undefined : Number(confidence) };
}
