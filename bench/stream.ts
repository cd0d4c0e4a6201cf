/**
 * Added latency of a streamed token: from the API's byte to the browser's event, through the SDK, the loop, the database,
 * its notification and server-sent events; as a ratio to a bare relay of the same stream in the same run. STREAM_DELTAS (600) pieces, one every
 * STREAM_MS (12). All parts share one process and one clock, so the processor's time of all of them is in the figures. DATABASE_URL must name an
 * empty database, or is absent: then an embedded server of its own, gone afterwards.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { anthropicModel } from '../lib/agent/model/anthropic';
import { runAgent } from '../lib/agent/run-agent';
import { streamEvents } from '../lib/agent/stream-events';
import { openRun } from '../lib/agent/testing/open-case';
import { toolboxOf } from '../lib/agent/testing/scripted-model';
import { closeRunWatch } from '../lib/agent/watch-run';
import { pool } from '../lib/db/client';
import { closeQueue } from '../lib/jobs/queue';
import { withBenchDatabase } from './shared/database';

const DELTAS = Number(process.env.STREAM_DELTAS ?? 600);
const EVERY_MS = Number(process.env.STREAM_MS ?? 12);

/** When piece n left the API, and when its reader had it. */
let sent: number[] = [];
const piece = (n: number): string => `piece <${n}> of a report as it is written. `;

async function measure(): Promise<void> {
  const api = await listen(speak);
  const relay = await listen(async (_request, response) => {
    const answer = await fetch(`${api.url}/v1/messages`, { method: 'POST' });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for await (const chunk of answer.body ?? []) response.write(chunk);
    response.end();
  });
  const bare = await read(relay.url);

  const { actor, runId } = await openRun('Say something.');
  const web = await listen(async (_request, response) => {
    const events = await streamEvents(actor, runId, 0, new AbortController().signal);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for await (const chunk of events ?? []) response.write(chunk);
    response.end();
  });
  const model = anthropicModel({ apiKey: 'none', baseURL: api.url, model: 'bench' });
  const reading = read(web.url);
  await runAgent(runId, { model, toolbox: toolboxOf({}), signal: new AbortController().signal });
  const whole = await reading;

  const { rows } = await pool().query<{ count: number }>(
    `SELECT count(*)::int AS count FROM run_events WHERE run_id = $1 AND type = 'text'`,
    [runId],
  );
  const [floor, ours] = [percentiles(bare), percentiles(whole)];
  console.log(`${DELTAS} pieces, one every ${EVERY_MS} ms; stored as ${rows[0]?.count} events`);
  console.log(`bare relay        p50 ${floor.p50.toFixed(2)} ms   p95 ${floor.p95.toFixed(2)} ms`);
  console.log(`to the browser    p50 ${ours.p50.toFixed(2)} ms   p95 ${ours.p95.toFixed(2)} ms`);
  console.log(
    `ratio             p50 ${(ours.p50 / floor.p50).toFixed(0)}      p95 ${(ours.p95 / floor.p95).toFixed(0)}`,
  );
  for (const server of [api, relay, web]) server.close();
}

/** The Messages API, as far as this bench needs it: one answer of text. */
async function speak(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  for await (const _ of request); // the body, to its end
  if (!request.url?.endsWith('/v1/messages')) return void response.writeHead(404).end('{}');
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const say = (event: { type: string; [key: string]: unknown }) =>
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  const usage = { input_tokens: 1, output_tokens: 1 };
  say({ type: 'message_start', message: { id: 'm', type: 'message', role: 'assistant', content: [], usage } });
  say({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } });
  sent = [];
  const start = performance.now();
  for (let n = 0; n < DELTAS; n += 1) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, start + n * EVERY_MS - performance.now())));
    sent[n] = performance.now();
    say({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: piece(n) } });
  }
  say({ type: 'content_block_stop', index: 0 });
  say({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage });
  say({ type: 'message_stop' });
  response.end();
}

/** Reads a stream to its end. @returns ms from the API's write to here, by piece */
async function read(url: string): Promise<number[]> {
  const answer = await fetch(url);
  const took: number[] = [];
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    const now = performance.now();
    for (const [, number] of text.matchAll(/<(\d+)>/g)) took[Number(number)] ??= now - (sent[Number(number)] ?? now);
    text = text.slice(-200);
  }
  if (took.filter((one) => one !== undefined).length !== DELTAS) throw new Error('pieces got lost');
  return took;
}

function percentiles(values: number[]): { p50: number; p95: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
  return { p50: at(0.5), p95: at(0.95) };
}

async function listen(handle: http.RequestListener): Promise<{ url: string; close: () => void }> {
  const server = http.createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // listening on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

await withBenchDatabase(async () => {
  try {
    await measure();
  } finally {
    await closeRunWatch();
    await closeQueue();
  }
});
