import { afterEach, describe, expect, it } from 'vitest';
import type { Message, ModelEvent, TurnRequest } from '../../model/model';
import { ModelError } from '../../model/model-error';
import type { Script } from '../testing/anthropic-script';
import { type AnthropicServer, startAnthropicServer } from '../testing/anthropic-server';
import { type AnthropicOptions, anthropicModel } from './anthropic';

let server: AnthropicServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

type Turn = Script['conversations'][number]['turns'][number];
const section = { name: 'report__write_section', args: { section: 'Timeline', markdown: 'Ünïcode 😀 “quoted”\n- a' } };
const request = (messages: Message[] = [{ role: 'user', text: 'Investigate.' }]): TurnRequest => ({
  system: 'You investigate.',
  messages,
  tools: [
    { name: 'logs__query', description: 'SQL', inputSchema: { type: 'object', properties: {} } },
    { name: 'report__write_section', description: 'Writes', inputSchema: { type: 'object', properties: {} } },
  ],
  maxOutputTokens: 1000,
  caseFile: {
    investigation: { id: 'i', codename: 'c', title: 't', openedAt: '2026-01-01T00:00:00Z' },
    alerts: [],
    markdown: '',
    kind: 'investigate' as const,
    instruction: null,
    coaching: null,
    quote: null,
    fresh: false,
    earlierEvidence: [],
    now: '2026-01-01T00:00:00Z',
  },
});

async function scripted(turns: Turn[], options: Partial<AnthropicOptions> = {}, lacks?: Script['lacks']) {
  server = await startAnthropicServer({ conversations: [{ turns }], ...(lacks ? { lacks } : {}) });
  return anthropicModel({
    apiKey: 'sk-ant-secret',
    baseURL: server.url,
    model: 'claude-test',
    backoffMs: 2,
    idleMs: 5_000,
    ...options,
  });
}

async function ask(turns: Turn[], options: Partial<AnthropicOptions> = {}, signal = new AbortController().signal) {
  const model = await scripted(turns, options);
  const events: ModelEvent[] = [];
  for await (const event of model.turn(request(), signal)) events.push(event);
  const end = events.at(-1);
  if (end?.type !== 'end') throw new Error('no end');
  return { events, end };
}

const failure = async (turns: Turn[], options: Partial<AnthropicOptions> = {}) => {
  const error = await ask(turns, options).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ModelError)) throw new Error(`not a ModelError: ${error}`);
  expect(error.message).not.toContain('sk-ant-secret');
  return error;
};
const status = (code: number, more: object = {}) => ({ kind: 'status' as const, status: code, ...more });

describe('an answer', () => {
  it('streams text, thinking and a call’s arguments, and ends with the whole', async () => {
    const { events, end } = await ask([{ thinking: 'Hm.', text: 'I look.', calls: [section], deltaSize: 3 }]);
    expect(
      events
        .filter((event) => event.type === 'text')
        .map((event) => 'delta' in event && event.delta)
        .join(''),
    ).toBe('I look.');
    expect(events.flatMap((event) => (event.type === 'call.delta' ? [event.partialJson] : [])).join('')).toBe(
      JSON.stringify(section.args),
    );
    expect(end).toMatchObject({ stop: 'tools', text: 'I look.', calls: [{ name: section.name, args: section.args }] });
    expect(end.usage).toMatchObject({ inputTokens: 1000 });
  });

  it.each([
    ['bytes one by one', { chunkBytes: 1 }],
    ['CRLF', { crlf: true }],
    ['bytes one by one with CRLF', { chunkBytes: 1, crlf: true }],
  ])('is decoded right from %s', async (_, shape) => {
    const { end } = await ask([{ text: 'é😀', calls: [section], ...shape }]);
    expect(end).toMatchObject({ text: 'é😀', calls: [{ args: section.args }] });
  });

  it('has no usage: the cost is unknown, nothing breaks', async () => {
    const { end } = await ask([{ text: 'ok', usage: 'missing' }]);
    expect(end).toMatchObject({ stop: 'done', usage: { inputTokens: 0, outputTokens: 0, measured: false } });
  });

  it('with malformed arguments is a call that says so, never one that runs', async () => {
    const { end } = await ask([{ calls: [{ name: 'logs__query', json: '{"sql": "SELECT' }] }]);
    expect(end.calls[0]).toMatchObject({ args: {}, invalid: expect.stringContaining('not valid JSON') });
    await server?.close();
    const list = await ask([{ calls: [{ name: 'logs__query', json: '[1]' }] }]);
    expect(list.end.calls[0]?.invalid).toContain('not a JSON object');
  });

  it('cut at the output limit or refused has no calls', async () => {
    const { end } = await ask([{ text: 'half', calls: [section], stop: 'max_tokens' }]);
    expect(end).toMatchObject({ stop: 'max_tokens', calls: [] });
    expect(JSON.stringify(end.opaque)).not.toContain('tool_use');
    await server?.close();
    const stopDetails = { type: 'refusal', category: 'cyber', explanation: 'It asks for an exploit.' };
    expect((await ask([{ text: 'No.', stop: 'refusal', stopDetails }])).end).toMatchObject({
      stop: 'refusal',
      calls: [],
      reason: 'cyber: It asks for an exploit.',
    });
  });

  it('that was paused is continued', async () => {
    const { end } = await ask([{ text: 'One.', stop: 'pause_turn' }, { text: 'Two.' }]);
    expect(end).toMatchObject({ stop: 'done', text: 'One.\nTwo.' });
    expect(server?.requests).toHaveLength(2);
  });

  it('asked again after tools keeps signed thinking, alternates roles, and is cached', async () => {
    const model = await scripted([{ thinking: 'Hm.', calls: [section, { name: 'logs__query' }] }, { text: 'Done.' }]);
    const messages: Message[] = [{ role: 'user', text: 'Investigate.' }];
    for (let turn = 0; turn < 2; turn += 1) {
      for await (const event of model.turn(request(messages), new AbortController().signal)) {
        if (event.type !== 'end') continue;
        messages.push({ role: 'assistant', text: event.text, calls: event.calls, opaque: event.opaque });
        const results = event.calls.map((call) => ({ callId: call.id, ok: true, text: '[E1] 3 rows', evidence: 1 }));
        messages.push({ role: 'tools', results }, { role: 'user', text: 'Hurry.' });
      }
    }
    const body = server?.requests[1]?.body;
    expect(body?.messages.map((message) => message.role)).toEqual(['user', 'assistant', 'user']);
    expect(body?.messages[1]?.content[0]).toMatchObject({ type: 'thinking', signature: 'c2lnbmVk' });
    expect(body?.messages[2]?.content.at(-1)).toMatchObject({ cache_control: { type: 'ephemeral' } });
    expect(body?.system[0]?.cache_control).toBeTruthy();
    expect(body?.tools.at(-1)?.cache_control).toBeTruthy();
    // What is shown while it is written comes as it is written.
    expect(body?.tools.map((tool) => tool.eager_input_streaming)).toEqual([undefined, true]);
  });

  it('keeps what the API wants back, and leaves out what it refuses: blanks', async () => {
    const { end } = await ask([{ text: '\n\n', calls: [section] }]);
    expect(end).toMatchObject({ stop: 'tools', opaque: { content: [{ type: 'tool_use' }] } });
  });
});

describe('what a server has', () => {
  const signal = new AbortController().signal;
  const say = async (model: Awaited<ReturnType<typeof scripted>>, messages?: Message[]) => {
    const events: ModelEvent[] = [];
    for await (const event of model.turn(request(messages), signal)) events.push(event);
    return events;
  };

  it('all of it: the model is asked for its window, thinks as it can, and requests are counted', async () => {
    const model = await scripted([{ thinking: 'Hm.', text: 'ok' }], {}, []);
    await model.prepare?.(signal);
    expect(model.contextTokens?.()).toBe(200_000);
    expect(await model.countTokens?.(request(), signal)).toBeGreaterThan(50);
    const events = await say(model);
    expect(server?.requests[0]?.body).toMatchObject({ thinking: { type: 'adaptive' }, max_tokens: 17_000 });
    expect(server?.counted[0]).toMatchObject({ thinking: { type: 'adaptive' }, model: 'claude-test' });
    expect(events.find((event) => event.type === 'sent')).toEqual({ type: 'sent', body: server?.requests[0]?.body });
    expect(JSON.stringify(events)).not.toContain('sk-ant-secret');
  });

  it('no wish to think: a model that can be told is told, one that can’t keeps its thoughts', async () => {
    const told = await scripted([{ text: 'One.' }], { thinking: false });
    expect((await say(told)).at(-1)).toMatchObject({ type: 'end' });
    expect(server?.requests.at(-1)?.body).toMatchObject({ thinking: { type: 'disabled' }, max_tokens: 1000 });
    await server?.close();
    const turns = [{ thinking: 'Hm.', calls: [section] }, { text: 'Two.' }];
    const stubborn = await scripted(turns, { thinking: false }, ['models', 'disabled']);
    const end = (await say(stubborn)).at(-1);
    if (end?.type !== 'end') throw new Error('no end');
    const results = end.calls.map(({ id }) => ({ callId: id, ok: true, text: '[E1] x', evidence: 1 }));
    await say(stubborn, [
      { role: 'user', text: 'Investigate.' },
      { role: 'assistant', text: end.text, calls: end.calls, opaque: end.opaque },
      { role: 'tools', results },
    ]);
    expect(server?.requests).toHaveLength(3);
    expect(server?.requests.at(-1)?.body.thinking).toBe(undefined);
  });

  it.each([
    [['models', 'adaptive'], { thinking: { type: 'enabled', budget_tokens: 4500 }, max_tokens: 9000 }, 2],
    [['models', 'thinking', 'count_tokens', 'cache_control', 'eager_input_streaming'], { max_tokens: 1000 }, 5],
  ] as const)('less: without %j it continues, and asks for it no more', async (lacks, body, attempts) => {
    const model = await scripted([{ text: 'One.', calls: [section] }, { text: 'Two.' }], {}, [...lacks]);
    await model.prepare?.(signal);
    expect(model.contextTokens?.()).toBe(null);
    const events = await say(model);
    expect(events.at(-1)).toMatchObject({ type: 'end', stop: 'tools' });
    expect(server?.requests).toHaveLength(attempts);
    expect(server?.requests.at(-1)?.body).toMatchObject(body);
    const none: readonly string[] = lacks;
    expect(await model.countTokens?.(request(), signal)).toEqual(
      none.includes('count_tokens') ? null : expect.any(Number),
    );
    const end = events.at(-1);
    if (end?.type !== 'end') throw new Error('no end');
    // An answer with thinking of before (another server's) is given back without it where there is no thinking.
    const thought = { provider: 'anthropic', content: [{ type: 'thinking', thinking: 'x', signature: 'y' }] };
    const opaque = { ...thought, content: [...thought.content, ...(end.opaque as typeof thought).content] };
    const results = end.calls.map(({ id }) => ({ callId: id, ok: true, text: '[E1] x', evidence: 1 }));
    await say(model, [
      { role: 'user', text: 'Investigate.' },
      { role: 'assistant', text: end.text, calls: end.calls, opaque },
      { role: 'tools', results },
    ]);
    expect(server?.requests).toHaveLength(attempts + 1);
    expect(JSON.stringify(server?.requests.at(-1)?.body).includes('"cache_control"')).toBe(
      !none.includes('cache_control'),
    );
  });

  it('tells what was read from the cache and written to it, and what a broken answer had used', async () => {
    const usage = { input_tokens: 7, cache_read_input_tokens: 900, cache_creation_input_tokens: 80, output_tokens: 5 };
    const { end } = await ask([{ text: 'ok', usage }]);
    expect(end.usage).toEqual({
      inputTokens: 7,
      outputTokens: 5,
      cacheReadTokens: 900,
      cacheWriteTokens: 80,
      measured: true,
    });
    await server?.close();
    const broke = await failure([{ text: 'ok', usage, faults: [{ kind: 'error_event', afterEvents: 3 }] }]);
    expect(broke.usage).toMatchObject({ inputTokens: 7, cacheReadTokens: 900, measured: true });
  });
});

describe('before the first byte', () => {
  it.each([
    ['429 with retry-after', status(429, { retryAfter: '0.05', type: 'rate_limit_error' })],
    ['429 without', status(429)],
    ['529', status(529, { type: 'overloaded_error' })],
    ['500', status(500)],
    ['502 with a page of HTML', status(502, { html: true })],
  ])('%s is retried', async (_, fault) => {
    const { events, end } = await ask([{ text: 'ok', faults: [fault, fault] }]);
    expect(end.text).toBe('ok');
    expect(server?.requests).toHaveLength(3);
    expect(events.filter((event) => event.type === 'stage')).toHaveLength(2);
  });

  it('retry-after is kept to', async () => {
    const start = performance.now();
    await ask([{ text: 'ok', faults: [status(429, { retryAfter: '0.4' })] }]);
    expect(performance.now() - start).toBeGreaterThanOrEqual(395);
  });

  it('gives up after a few, and at once when the wait would be long', async () => {
    const faults = Array.from({ length: 50 }, () => status(429));
    expect((await failure([{ text: 'ok', faults }])).failure).toBe('unavailable');
    expect(server?.requests).toHaveLength(5);
    await server?.close();
    const error = await failure([{ text: 'ok', faults: [status(429, { retryAfter: '900' })] }]);
    expect(error).toMatchObject({ failure: 'unavailable', retryAfterMs: 900_000 });
    expect(server?.requests).toHaveLength(1);
  });

  it.each([
    [400, 'invalid', {}],
    [401, 'denied', {}],
    [403, 'denied', {}],
    [413, 'too_long', {}],
    [429, 'spend_limit', { details: { error_code: 'enforced_spend_limit_reached' } }],
  ])('%i is not retried (%s)', async (code, kind, more) => {
    const error = await failure([{ text: 'ok', faults: [status(code, { ...more, message: 'the reason' })] }]);
    expect(error.failure).toBe(kind);
    expect(server?.requests).toHaveLength(1);
  });

  it('a host that is not there is "unavailable", with its code', async () => {
    const error = await failure([{ text: 'ok' }], { baseURL: 'http://nowhere.invalid', retries: 1 });
    expect(error.failure).toBe('unavailable');
    expect(error.message).toMatch(/ENOTFOUND|EAI_AGAIN/);
    const gone = server?.url ?? '';
    await server?.close();
    const closed = await failure([{ text: 'ok' }], {
      baseURL: gone.replace(/\d+$/, (port) => String(Number(port) - 1)),
      retries: 0,
    });
    expect(closed.message).toContain('ECONNREFUSED');
  });

  it('silence before the headers ends by the watchdog', async () => {
    const error = await failure([{ text: 'ok', faults: [{ kind: 'silence', where: 'headers' }] }], {
      idleMs: 150,
      retries: 0,
    });
    expect(error.failure).toBe('unavailable');
  });
});

describe('in the middle of an answer', () => {
  it('an error event, a window that is full, pings only', async () => {
    const fault = { kind: 'error_event' as const, afterEvents: 4 };
    const broke = await failure([{ text: 'Hello there', faults: [fault] }]);
    expect(broke).toMatchObject({ failure: 'broken', message: expect.stringContaining('overloaded_error') });
    expect(server?.requests).toHaveLength(1);
    await server?.close();
    expect((await failure([{ text: 'x', stop: 'model_context_window_exceeded' }])).failure).toBe('too_long');
    await server?.close();
    const silent = await failure([{ text: 'x', faults: [{ kind: 'silence', where: 'pings' }] }], {
      idleMs: 200,
      retries: 0,
    });
    expect(silent).toMatchObject({ failure: 'broken', message: expect.stringContaining('silent') });
  });

  it('a cut after any byte never gives an end with a call', async () => {
    const turn = { calls: [{ name: 'logs__query', args: { sql: 'SELECT 1' } }] };
    const whole = await ask([{ ...turn }]);
    expect(whole.end.calls).toHaveLength(1);
    await server?.close();
    const faults = Array.from({ length: 3000 }, (_, afterBytes) => ({ kind: 'cut' as const, afterBytes }));
    const model = await scripted([{ ...turn, faults }], { retries: 0 });
    let ends = 0;
    let broken = 0;
    for (let k = 0; k < faults.length && ends === 0; k += 1) {
      try {
        for await (const event of model.turn(request(), new AbortController().signal))
          if (event.type === 'end') ends += 1;
      } catch (error) {
        expect(error).toBeInstanceOf(ModelError);
        broken += 1;
      }
    }
    // Whole again only once the last frame's data has arrived.
    expect(ends).toBe(1);
    expect(broken).toBeGreaterThan(500); // each byte of the answer was a cut
  }, 60_000);

  it('a stop by the caller ends it at once', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('stopped')), 100);
    const start = performance.now();
    const text = 'x'.repeat(4000);
    await expect(ask([{ text, delayMs: 20 }], {}, stop.signal)).rejects.toThrow('stopped');
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
