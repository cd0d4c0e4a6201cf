import Anthropic from '@anthropic-ai/sdk';
import { sleep } from '../sleep';
import { failureOf } from './anthropic-errors';
import { toAnthropic } from './anthropic-messages';
import type { Model, ModelEvent, ToolCall, TurnRequest } from './model';
import { ModelError } from './model-error';

export type AnthropicOptions = {
  apiKey: string | undefined;
  baseURL: string | undefined;
  model: string;
  /** Silence (pings don't count) after which a request is given up, in ms. */
  idleMs?: number;
  /** Retries of a request that has not answered yet. */
  retries?: number;
  /** First wait between them, in ms; doubled each time, with jitter. */
  backoffMs?: number;
};

/** The longest wait that a service may ask for before the run is parked instead, in ms. */
const LONGEST_WAIT = 60_000;
/** How often a paused turn is continued within one answer. */
const CONTINUATIONS = 8;

/** Claude over the official SDK, or whatever speaks the Messages API at `baseURL`. */
export function anthropicModel(options: AnthropicOptions): Model {
  const { model, idleMs = 180_000, retries = 4, backoffMs = 1_000 } = options;
  const client = new Anthropic({
    // A gateway at a base URL may need no key; the SDK wants one.
    apiKey: options.apiKey ?? 'none',
    ...(options.baseURL ? { baseURL: options.baseURL } : {}),
    maxRetries: 0, // retried here: the SDK's own waits can't be told apart from silence
    timeout: idleMs,
    logLevel: 'off', // it would log pieces of answers
  });

  /** One request, up to the end of its stream. Retried only while nothing has come. */
  async function* request(body: Anthropic.MessageCreateParamsStreaming, signal: AbortSignal) {
    for (let retry = 0; ; retry += 1) {
      const watchdog = silenceWatchdog(idleMs, signal);
      let begun = false;
      try {
        const stream = await client.messages.create(body, { signal: watchdog.signal });
        for await (const event of stream) {
          watchdog.heard();
          begun = true;
          yield event;
          if (event.type === 'message_stop') return; // whole: what the socket does then is no matter
        }
        // The SDK ends an aborted stream without an error.
        if (watchdog.signal.aborted) throw watchdog.signal.reason;
        return;
      } catch (error) {
        signal.throwIfAborted();
        const failure = failureOf(watchdog.signal.aborted ? watchdog.signal.reason : error, begun);
        const wait = Math.max(failure.retryAfterMs ?? 0, backoffMs * 2 ** retry * (0.75 + Math.random() / 2));
        if (failure.failure !== 'unavailable' || retry >= retries || wait > LONGEST_WAIT) throw failure;
        yield { type: 'waiting' as const, reason: failure.message, ms: wait };
        await sleep(wait, signal);
      } finally {
        watchdog.end();
      }
    }
  }

  return {
    id: model,
    label: model,
    async *turn(turn: TurnRequest, signal: AbortSignal): AsyncIterable<ModelEvent> {
      const body = toAnthropic(turn, model);
      const before: Anthropic.ContentBlockParam[] = [];
      const usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0 };
      let firstBlock = 0;
      for (let continuation = 0; continuation <= CONTINUATIONS; continuation += 1) {
        const messages = before.length
          ? [...body.messages, { role: 'assistant' as const, content: before }]
          : body.messages;
        const answer = collector(firstBlock);
        for await (const event of request({ ...body, messages }, signal)) {
          if (event.type === 'waiting') {
            const seconds = Math.max(1, Math.round(event.ms / 1000));
            yield { type: 'stage', text: `Waiting ${seconds} s: ${event.reason}` };
            continue;
          }
          const shown = answer.take(event);
          if (shown) yield shown;
        }
        const whole = answer.whole();
        usage.inputTokens += whole.usage.inputTokens;
        usage.outputTokens += whole.usage.outputTokens;
        usage.cacheReadTokens += whole.usage.cacheReadTokens;
        before.push(...whole.content);
        firstBlock += whole.blocks;
        if (whole.stop !== 'pause_turn') {
          yield ended(whole.stop, before, whole.invalid, usage);
          return;
        }
      }
      throw new ModelError('broken', 'the model paused its answer again and again');
    },
  };
}

type Stop = Anthropic.StopReason;

function ended(
  stop: Stop,
  content: Anthropic.ContentBlockParam[],
  invalid: Map<string, string>,
  usage: Extract<ModelEvent, { type: 'end' }>['usage'],
): ModelEvent {
  if (stop === 'model_context_window_exceeded') {
    throw new ModelError('too_long', 'the case no longer fits into the model’s context window');
  }
  const calls = content.flatMap((block): ToolCall[] => {
    if (block.type !== 'tool_use') return [];
    const problem = invalid.get(block.id);
    // The collector makes every input an object.
    return [
      {
        id: block.id,
        name: block.name,
        args: block.input as Record<string, unknown>,
        ...(problem ? { invalid: problem } : {}),
      },
    ];
  });
  const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
  const meaning = stop === 'max_tokens' || stop === 'refusal' ? stop : calls.length > 0 ? 'tools' : 'done';
  // Without results the API refuses tool_use blocks: of an answer whose calls are not done they are left out.
  const kept = meaning === 'tools' ? content : content.filter((block) => block.type !== 'tool_use');
  return {
    type: 'end',
    stop: meaning,
    text,
    calls: meaning === 'tools' ? calls : [],
    opaque: { provider: 'anthropic', content: kept },
    usage,
  };
}

type Block = {
  kind: string;
  text: string;
  json: string;
  id: string;
  name: string;
  signature: string;
  data: string;
  closed: boolean;
};

/** Puts a streamed message together. Whole only after message_stop, each block closed. */
function collector(firstBlock: number) {
  const blocks = new Map<number, Block>();
  const usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0 };
  let stop: Stop | null = null;
  let stopped = false;

  return {
    take(event: Anthropic.RawMessageStreamEvent): ModelEvent | null {
      switch (event.type) {
        case 'message_start': {
          // Gateways leave usage out; then the cost is unknown, not an error.
          const first = event.message?.usage as Partial<Anthropic.Usage> | undefined;
          usage.cacheReadTokens = first?.cache_read_input_tokens ?? 0;
          usage.inputTokens = (first?.input_tokens ?? 0) + (first?.cache_creation_input_tokens ?? 0);
          return null;
        }
        case 'content_block_start': {
          const start = event.content_block;
          blocks.set(event.index, {
            kind: start.type,
            text: start.type === 'text' ? start.text : start.type === 'thinking' ? start.thinking : '',
            json: '',
            id: 'id' in start ? String(start.id) : '',
            name: 'name' in start ? String(start.name) : '',
            signature: '',
            data: start.type === 'redacted_thinking' ? start.data : '',
            closed: false,
          });
          return null;
        }
        case 'content_block_delta': {
          const block = blocks.get(event.index);
          if (!block || block.closed) throw new ModelError('broken', 'its stream was out of order');
          return delta(block, firstBlock + event.index, event.delta);
        }
        case 'content_block_stop': {
          const block = blocks.get(event.index);
          if (block) block.closed = true;
          return null;
        }
        case 'message_delta':
          stop = event.delta.stop_reason ?? stop;
          usage.outputTokens = (event.usage as Partial<Anthropic.MessageDeltaUsage> | undefined)?.output_tokens ?? 0;
          return null;
        case 'message_stop':
          stopped = true;
          return null;
        default:
          return null; // the API adds kinds of events
      }
    },
    whole() {
      const all = [...blocks.entries()].sort(([a], [b]) => a - b).map(([, block]) => block);
      if (!stopped || stop === null || all.some((block) => !block.closed)) {
        throw new ModelError('broken', 'it ended without being complete');
      }
      const invalid = new Map<string, string>();
      const content = all.flatMap((block) => contentOf(block, invalid));
      return { stop: stop as Stop, content, invalid, usage, blocks: all.length };
    },
  };
}

function delta(block: Block, number: number, piece: Anthropic.RawContentBlockDelta): ModelEvent | null {
  if (piece.type === 'text_delta') {
    block.text += piece.text;
    return { type: 'text', block: number, delta: piece.text };
  }
  if (piece.type === 'thinking_delta') {
    block.text += piece.thinking;
    return { type: 'thinking', block: number, delta: piece.thinking };
  }
  if (piece.type === 'input_json_delta') {
    block.json += piece.partial_json;
    return { type: 'call.delta', id: block.id, name: block.name, partialJson: piece.partial_json };
  }
  if (piece.type === 'signature_delta') block.signature = piece.signature;
  return null;
}

function contentOf(block: Block, invalid: Map<string, string>): Anthropic.ContentBlockParam[] {
  switch (block.kind) {
    case 'text':
      return block.text === '' ? [] : [{ type: 'text', text: block.text }];
    case 'thinking':
      return [{ type: 'thinking', thinking: block.text, signature: block.signature }];
    case 'redacted_thinking':
      return [{ type: 'redacted_thinking', data: block.data }];
    case 'tool_use': {
      const { input, problem } = inputOf(block.json);
      if (problem) invalid.set(block.id, problem);
      return [{ type: 'tool_use', id: block.id, name: block.name, input }];
    }
    default:
      return [];
  }
}

function inputOf(json: string): { input: Record<string, unknown>; problem: string | null } {
  if (json.trim() === '') return { input: {}, problem: null };
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { input: value as Record<string, unknown>, problem: null }; // a plain object out of JSON.parse
    }
    return { input: {}, problem: 'The arguments were not a JSON object. Nothing was called; send the call again.' };
  } catch (error) {
    return {
      input: {},
      problem: `The arguments were not valid JSON (${(error as Error).message}). Nothing was called; send the call again.`,
    };
  }
}

/** Aborts when nothing was heard for `idleMs`, also before the first byte. */
function silenceWatchdog(idleMs: number, outer: AbortSignal) {
  const silence = new AbortController();
  const give = () =>
    silence.abort(new ModelError('unavailable', `the model was silent for ${Math.round(idleMs / 1000)} s`));
  let timer = setTimeout(give, idleMs);
  return {
    signal: AbortSignal.any([outer, silence.signal]),
    heard() {
      clearTimeout(timer);
      timer = setTimeout(give, idleMs);
    },
    end: () => clearTimeout(timer),
  };
}
