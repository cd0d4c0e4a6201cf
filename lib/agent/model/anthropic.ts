import Anthropic from '@anthropic-ai/sdk';
import type { Model, ModelEvent, ToolCall, TurnRequest, Usage } from '../../model/model';
import { ModelError } from '../../model/model-error';
import { sleep } from '../../time/sleep';
import { failureOf } from './anthropic-errors';
import { featuresOf } from './anthropic-features';
import { toAnthropic } from './anthropic-messages';
import { collector, noUsage } from './anthropic-stream';

export type AnthropicOptions = {
  apiKey: string | undefined;
  baseURL: string | undefined;
  model: string;
  /** What people read; default: the model's name. */
  label?: string;
  /** false: never ask for thinking. Else it is asked for where the model has it. */
  thinking?: boolean;
  /** The model's window, when a person knows it; else the service is asked. */
  contextTokens?: number | null;
  /** Silence (pings don't count) after which a request is given up, in ms. */
  idleMs?: number;
  /** Retries of a request that has not answered yet. */
  retries?: number;
  /** First wait between them, in ms; doubled each time, with jitter. */
  backoffMs?: number;
};

/** The longest wait that a service may ask for before the run is suspended instead, in ms. */
const LONGEST_WAIT = 60_000;
/** How often a paused turn is continued within one answer. */
const CONTINUATIONS = 8;

type Client = Pick<AnthropicOptions, 'model'> & {
  client: Anthropic;
  features: ReturnType<typeof featuresOf>;
  idleMs: number;
  retries: number;
  backoffMs: number;
};

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
  const features = featuresOf(client, options);
  return {
    id: model,
    label: options.label ?? model,
    isLanguageModel: true,
    prepare: (signal) => features.learn(signal),
    contextTokens: () => features.found.contextTokens,
    countTokens: (turn, signal) => features.count(toAnthropic(turn, model, features.found), signal),
    turn: (turn, signal) => wholeTurn({ client, features, model, idleMs, retries, backoffMs }, turn, signal),
  };
}

/** One answer, continued as often as the service pauses it. */
async function* wholeTurn(made: Client, turn: TurnRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  const before: Anthropic.ContentBlockParam[] = [];
  const usage: Usage = { ...noUsage(), measured: true };
  let firstBlock = 0;
  for (let continuation = 0; continuation <= CONTINUATIONS; continuation += 1) {
    const bodyOf = () => {
      const body = toAnthropic(turn, made.model, made.features.found);
      if (before.length) body.messages.push({ role: 'assistant', content: before });
      return body;
    };
    const answer = collector(firstBlock);
    try {
      for await (const event of request(made, bodyOf, signal)) {
        if (event.type === 'waiting') {
          const seconds = Math.max(1, Math.round(event.ms / 1000));
          yield { type: 'stage', text: `Waiting ${seconds} s: ${event.reason}` };
        } else if (event.type === 'sent') yield event;
        else {
          const shown = answer.take(event);
          if (shown) yield shown;
        }
      }
      addUsage(usage, answer.usage);
    } catch (error) {
      if (error instanceof ModelError) error.usage = addUsage(usage, answer.usage);
      throw error;
    }
    const whole = answer.whole();
    before.push(...whole.content);
    firstBlock += whole.blocks;
    if (whole.stop !== 'pause_turn') {
      yield ended(whole, before, usage);
      return;
    }
  }
  throw new ModelError('broken', 'the model paused its answer again and again');
}

/**
 * One request, up to the end of its stream. Retried only while nothing has come; a feature that the server
 * names in refusing it is left out from then on.
 */
async function* request(
  { client, features, idleMs, retries, backoffMs }: Client,
  bodyOf: () => Anthropic.MessageCreateParamsStreaming,
  signal: AbortSignal,
) {
  for (let retry = 0; ; ) {
    const watchdog = silenceWatchdog(idleMs, signal);
    let begun = false;
    try {
      const body = bodyOf();
      yield { type: 'sent' as const, body };
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
      if (!begun && features.leaveOut(error)) continue;
      const failure = failureOf(watchdog.signal.aborted ? watchdog.signal.reason : error, begun);
      const wait = Math.max(failure.retryAfterMs ?? 0, backoffMs * 2 ** retry * (0.75 + Math.random() / 2));
      if (failure.failure !== 'unavailable' || retry >= retries || wait > LONGEST_WAIT) throw failure;
      yield { type: 'waiting' as const, reason: failure.message, ms: wait };
      await sleep(wait, signal);
      retry += 1;
    } finally {
      watchdog.end();
    }
  }
}

function addUsage(sum: Usage, more: Usage): Usage {
  sum.inputTokens += more.inputTokens;
  sum.outputTokens += more.outputTokens;
  sum.cacheReadTokens += more.cacheReadTokens;
  sum.cacheWriteTokens += more.cacheWriteTokens;
  sum.measured &&= more.measured;
  return sum;
}

function ended(
  { stop, reason, invalid }: { stop: Anthropic.StopReason; reason: string | null; invalid: Map<string, string> },
  content: Anthropic.ContentBlockParam[],
  usage: Usage,
): ModelEvent {
  if (stop === 'model_context_window_exceeded') {
    const full = new ModelError('too_long', 'the case no longer fits into the model’s context window');
    full.usage = usage;
    throw full;
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
    reason,
    usage,
  };
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
