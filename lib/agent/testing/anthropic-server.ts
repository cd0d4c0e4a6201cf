import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { CHECKED } from '../context';
import { eventsOf, type Fault, Script, type ScriptedTurn } from './anthropic-script';

type Content = { type: string; id?: string; tool_use_id?: string; text?: string; cache_control?: unknown }[];
export type Received = {
  model: string;
  max_tokens: number;
  thinking?: { type: string; budget_tokens?: number };
  stream: boolean;
  system: Content;
  tools: { name: string; cache_control?: unknown; eager_input_streaming?: boolean }[];
  messages: { role: string; content: Content }[];
};

export type AnthropicServer = {
  url: string;
  /** Requests in order, faulty attempts included. */
  requests: { body: Received; authorization: string | undefined }[];
  /** Requests that were only counted. */
  counted: Received[];
  close(): Promise<void>;
};

/**
 * A local server that speaks the streaming Messages API from a script, with faults. It refuses, like the real one, what
 * breaks the protocol: roles that don't alternate, tool calls without results, empty content, more than four cache marks.
 */
export async function startAnthropicServer(script: Script, port = 0): Promise<AnthropicServer> {
  const { conversations, lacks, contextTokens } = Script.parse(script);
  const requests: AnthropicServer['requests'] = [];
  const counted: Received[] = [];
  const attempts = new Map<string, number>();
  const timers = new Set<NodeJS.Timeout>();

  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (/\/v1\/models\//.test(request.url ?? '') && !lacks.includes('models')) {
      return answerJson(response, modelInfo(contextTokens ?? 200_000));
    }
    if (request.url?.includes('/v1/messages/count_tokens') && !lacks.includes('count_tokens')) {
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Received; // only measured
      counted.push(body);
      return answerJson(response, { input_tokens: tokensIn(body) });
    }
    if (request.method !== 'POST' || !/\/v1\/messages(\?|$)/.test(request.url ?? '')) {
      return refuse(response, 404, 'not_found_error', 'No such path.');
    }
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Received; // checked below
    requests.push({ body, authorization: request.headers.authorization ?? String(request.headers['x-api-key'] ?? '') });
    const problem = lackOf(body, lacks) ?? problemOf(body, lacks.includes('disabled')) ?? tooLong(body, contextTokens);
    if (problem) return refuse(response, 400, 'invalid_request_error', problem);

    const first = textOf(body.messages[0]?.content ?? []);
    const conversation = conversations.find(({ when }) => !when || new RegExp(when).test(first));
    const number = body.messages.filter((message) => message.role === 'assistant').length;
    const turn = conversation?.turns[number] ?? afterChecks(body, conversation?.turns);
    if (!turn) return refuse(response, 400, 'invalid_request_error', `The script has no turn ${number + 1} for this.`);
    // By the case: the time and the random word of a first message are others at each attempt of a run.
    const word = /^The word of this \w+'s marks is (\w+)/m.exec(first)?.[1] ?? '';
    const opened = /^Case [\w-]+, opened \S+/m.exec(first)?.[0] ?? (word ? first.replaceAll(word, '') : first);
    const key = createHash('sha256').update(opened).digest('hex') + number;
    const attempt = attempts.get(key) ?? 0;
    attempts.set(key, attempt + 1);
    await answer(response, turn, turn.faults[attempt], body.model, number, timers);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // listening on TCP
    requests,
    counted,
    async close() {
      for (const timer of timers) clearInterval(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  response: http.ServerResponse,
  turn: ScriptedTurn,
  fault: Fault | undefined,
  model: string,
  number: number,
  timers: Set<NodeJS.Timeout>,
): Promise<void> {
  if (fault?.kind === 'status') return refuseAs(response, fault);
  if (fault?.kind === 'silence' && fault.where === 'headers') return;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': `req_${number}` });
  const newline = turn.crlf ? '\r\n' : '\n';
  const frame = (event: { type: string }) =>
    Buffer.from(`event: ${event.type}${newline}data: ${JSON.stringify(event)}${newline}${newline}`);
  let events = eventsOf(turn, model, number);
  if (fault?.kind === 'error_event') {
    events = events.slice(0, fault.afterEvents);
    events.push({ type: 'error', error: { type: fault.type, message: 'Overloaded' } });
  }
  if (fault?.kind === 'silence') {
    response.write(frame(events[0]!)); // message_start is always there
    const timer = setInterval(() => response.write(frame({ type: 'ping' })), 20);
    timers.add(timer);
    response.on('close', () => clearInterval(timer));
    return;
  }
  const frames = events.map(frame);
  if (fault?.kind === 'cut') {
    const whole = Buffer.concat(frames).subarray(0, fault.afterBytes);
    response.write(whole, () => setImmediate(() => response.destroy()));
    return;
  }
  const writes = turn.chunkBytes ? split(Buffer.concat(frames), turn.chunkBytes) : frames;
  for (const part of writes) {
    if (response.destroyed) return;
    response.write(part);
    if (turn.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, turn.delayMs));
    else if (turn.chunkBytes) await new Promise((resolve) => setImmediate(resolve));
  }
  response.end();
}

/** A script ends where its model did; told what the checks find, it says its last words again. */
function afterChecks({ messages }: Received, turns: ScriptedTurn[] = []): ScriptedTurn | undefined {
  const last = textOf(messages.at(-1)?.content ?? []);
  return last.startsWith(CHECKED) ? turns.findLast(({ calls }) => calls.length === 0) : undefined;
}

/** About four characters a token, of what is sent. */
export function tokensIn({ system, tools, messages }: Received): number {
  return Math.ceil(JSON.stringify([system, tools, messages]).length / 4);
}

function tooLong(body: Received, contextTokens: number | undefined): string | null {
  if (contextTokens === undefined || tokensIn(body) <= contextTokens) return null;
  return `prompt is too long: ${tokensIn(body)} tokens > ${contextTokens} maximum`;
}

function lackOf(body: Received, lacks: string[]): string | null {
  const all = [...body.system, ...body.tools, ...body.messages.flatMap(({ content }) => content)];
  if (lacks.includes('cache_control') && all.some((part) => part.cache_control))
    return 'system.0.cache_control: Extra inputs are not permitted';
  if (lacks.includes('eager_input_streaming') && body.tools.some((tool) => tool.eager_input_streaming))
    return 'tools.1.custom.eager_input_streaming: Extra inputs are not permitted';
  if (lacks.includes('disabled') && body.thinking?.type === 'disabled')
    return 'thinking.type: disabled is not supported by this model';
  if (body.thinking && lacks.includes('thinking')) return 'thinking: this model does not think';
  if (body.thinking?.type === 'adaptive' && lacks.includes('adaptive'))
    return "thinking.type: Input should be 'enabled' or 'disabled'";
  return null;
}

function modelInfo(max_input_tokens: number): object {
  const types = { adaptive: { supported: true }, enabled: { supported: true } };
  return {
    id: 'claude-test',
    type: 'model',
    display_name: 'Test',
    max_input_tokens,
    max_tokens: 64_000,
    capabilities: { thinking: { supported: true, types } },
  };
}

function answerJson(response: http.ServerResponse, value: object): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

/** What the real API would refuse, or null. */
function problemOf(body: Received, alwaysThinks: boolean): string | null {
  if (body.stream !== true) return 'This server only streams.';
  const { messages, thinking } = body;
  if (thinking?.type === 'enabled' && (thinking.budget_tokens ?? 0) >= body.max_tokens)
    return 'max_tokens must be greater than thinking.budget_tokens.';
  if (alwaysThinks && messages.some(thoughtIsMissing))
    return 'messages: a thinking block must come first in a turn with tools.';
  if (
    !alwaysThinks &&
    (!thinking || thinking.type === 'disabled') &&
    messages.some(({ content }) => content.some(({ type }) => type === 'thinking'))
  )
    return 'messages: thinking blocks need thinking to be enabled.';
  if (messages[0]?.role !== 'user') return 'messages: the first message must have role user.';
  let marks = [...body.system, ...body.tools].filter((part) => part.cache_control).length;
  for (const [index, { role, content }] of messages.entries()) {
    const next = messages[index + 1];
    if (next && next.role === role) return `messages.${index + 1}: roles must alternate.`;
    if (content.length === 0) return `messages.${index}: content must not be empty.`;
    if (content.some((part) => part.type === 'text' && part.text === '')) return `messages.${index}: empty text.`;
    marks += content.filter((part) => part.cache_control).length;
    const called = content.filter((part) => part.type === 'tool_use').map((part) => part.id);
    const given = (next?.content ?? []).filter((part) => part.type === 'tool_result').map((part) => part.tool_use_id);
    const missing = called.find((id) => !given.includes(id));
    if (missing) return `messages.${index}: tool_use ${missing} has no tool_result right after it.`;
    const stray = given.find((id) => !called.includes(id));
    if (stray) return `messages.${index + 1}: tool_result ${stray} answers nothing.`;
  }
  return marks > 4 ? `cache_control: ${marks} marks, at most 4 are taken.` : null;
}

function thoughtIsMissing({ role, content }: Received['messages'][number]): boolean {
  return (
    role === 'assistant' && content.some(({ type }) => type === 'tool_use') && !/thinking$/.test(content[0]?.type ?? '')
  );
}

function textOf(content: Content): string {
  return content.map((part) => part.text ?? '').join('\n');
}

function refuse(response: http.ServerResponse, status: number, type: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ type: 'error', error: { type, message } }));
}

function refuseAs(response: http.ServerResponse, fault: Extract<Fault, { kind: 'status' }>): void {
  response.writeHead(fault.status, {
    'content-type': fault.html ? 'text/html' : 'application/json',
    ...(fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter }),
  });
  const { type, message, details } = fault;
  const error = { type, message, ...(details ? { details } : {}) };
  response.end(
    fault.html ? '<html><body><h1>Bad gateway</h1></body></html>' : JSON.stringify({ type: 'error', error }),
  );
}

function split(bytes: Buffer, size: number): Buffer[] {
  const parts: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += size) parts.push(bytes.subarray(start, start + size));
  return parts;
}

/** As a program: `node --import tsx lib/agent/testing/anthropic-server.ts script.json [port]`. */
async function main(): Promise<void> {
  const [file, port] = process.argv.slice(2);
  if (!file) throw new Error('Pass a script: anthropic-server.ts script.json [port]');
  // The file is parsed by the script's schema when the server starts.
  const server = await startAnthropicServer(JSON.parse(fs.readFileSync(file, 'utf8')) as Script, Number(port ?? 0));
  process.stdout.write(`listening on ${server.url}\n`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void server.close().then(() => process.exit(0)));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  });
}
