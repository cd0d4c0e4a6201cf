import Anthropic from '@anthropic-ai/sdk';

/** What a server and its model take. Starts hopeful; what a server refuses by name is left out from then on. */
export type Features = {
  /**
   * adaptive: the model decides how much; enabled: the older way, with a budget. disabled: said so, since some models think unless
   * they are told not to. unasked: nothing is said, for models that can't be told. off: the server has no thinking, and takes none back.
   */
  thinking: 'adaptive' | 'enabled' | 'disabled' | 'unasked' | 'off';
  cache: boolean;
  /** Arguments of report tools come as they are written, not when a value is whole. */
  eager: boolean;
  count: boolean;
  /** null: unknown. */
  contextTokens: number | null;
  maxOutputTokens: number | null;
};

type Known = Features & { learnt: boolean };

/** By server and model, for as long as the process lives: what one run found out the next one need not. */
const known = new Map<string, Known>();
/** Asking what a model can do, and what a request comes to, must not hold a run up. */
const ASK = { timeout: 5_000, maxRetries: 0 };

type Options = { model: string; thinking?: boolean; contextTokens?: number | null };

/** What a server's model can do, as far as it is known. */
export function featuresOf(client: Anthropic, options: Options): ModelFeatures {
  const key = [client.baseURL, options.model, options.thinking, options.contextTokens].join(' ');
  const found: Known = known.get(key) ?? {
    thinking: options.thinking === false ? 'disabled' : 'adaptive',
    cache: true,
    eager: true,
    count: true,
    learnt: false,
    contextTokens: options.contextTokens ?? null,
    maxOutputTokens: null,
  };
  known.set(key, found);
  return new ModelFeatures(client, options.model, found);
}

class ModelFeatures {
  readonly #client: Anthropic;
  readonly #model: string;
  readonly #found: Known;

  constructor(client: Anthropic, model: string, found: Known) {
    this.#client = client;
    this.#model = model;
    this.#found = found;
  }

  get found(): Readonly<Features> {
    return this.#found;
  }

  /** Asks the service once about its model. A server that doesn't know the question is asked no more. */
  async learn(signal: AbortSignal): Promise<void> {
    const found = this.#found;
    if (found.learnt) return;
    try {
      const info = await this.#client.models.retrieve(this.#model, null, { ...ASK, signal });
      found.contextTokens ??= info.max_input_tokens ?? null;
      found.maxOutputTokens = info.max_tokens ?? null;
      const types: Partial<Anthropic.ThinkingTypes> | undefined = info.capabilities?.thinking.types; // gateways know fewer
      if (types && found.thinking === 'disabled') {
        if (types.disabled?.supported === false) found.thinking = 'unasked';
      } else if (types && found.thinking !== 'off') {
        found.thinking = types.adaptive?.supported ? 'adaptive' : types.enabled?.supported ? 'enabled' : 'off';
      }
      found.learnt = true;
    } catch (error) {
      found.learnt = error instanceof Anthropic.APIError && error.status !== undefined && error.status < 500;
    }
  }

  /** The service's own count, or null. */
  async count(body: Anthropic.MessageCreateParamsStreaming, signal: AbortSignal): Promise<number | null> {
    if (!this.#found.count) return null;
    const { model, messages, system, tools, thinking } = body;
    const asked = { model, messages, system, tools, thinking };
    try {
      const counted: unknown = await this.#client.messages.countTokens(asked as Anthropic.MessageCountTokensParams, {
        ...ASK,
        signal,
      });
      const tokens = (counted as { input_tokens?: unknown } | null)?.input_tokens;
      if (typeof tokens === 'number') return tokens;
      this.#found.count = false;
    } catch (error) {
      if (error instanceof Anthropic.APIError && [404, 405, 501].includes(error.status ?? 0)) this.#found.count = false;
    }
    return null;
  }

  /** Whether the refusal names a feature that can be left out, which it then is. */
  leaveOut(error: unknown): boolean {
    if (!(error instanceof Anthropic.APIError) || ![400, 404, 422].includes(error.status ?? 0)) return false;
    const found = this.#found;
    const words = `${JSON.stringify(error.error) ?? ''} ${error.message}`;
    if (found.eager && /eager_input_streaming/i.test(words)) found.eager = false;
    else if (found.cache && /cache_control/i.test(words)) found.cache = false;
    else if (found.thinking === 'disabled' && /disabled/i.test(words)) found.thinking = 'unasked';
    else if (found.thinking !== 'off' && /thinking|adaptive|budget_tokens/i.test(words))
      found.thinking = found.thinking === 'adaptive' ? 'enabled' : 'off';
    else return false;
    return true;
  }
}
