import type { CallResult, ToolInfo } from '../../connections/schema';
import type { Model, ModelEvent, TurnRequest } from '../../model/model';
import { ModelError } from '../../model/model-error';
import type { Toolbox } from '../tools';

type Step = {
  text?: string;
  calls?: { name: string; args?: Record<string, unknown>; invalid?: string }[];
  stop?: 'tools' | 'done' | 'max_tokens' | 'refusal';
  /** Thrown after the text has streamed; `times` attempts at this turn fail. */
  fail?: { error: ModelError; times: number };
  /** Waited for before the answer ends (aborts with the signal). */
  hold?: Promise<unknown>;
};

/** A model whose nth answer is the nth step; which one is due is read from the request, as with a real model. */
export function scriptedModel(steps: (Step | ((request: TurnRequest) => Step))[]): Model & { requests: TurnRequest[] } {
  const requests: TurnRequest[] = [];
  const failures = new Map<number, number>();
  return {
    id: 'scripted',
    label: 'scripted model',
    requests,
    async *turn(request, signal): AsyncGenerator<ModelEvent> {
      requests.push(structuredClone(request));
      const number = request.messages.filter((message) => message.role === 'assistant').length;
      const found = steps[number];
      const step = typeof found === 'function' ? found(request) : found;
      if (!step) throw new ModelError('invalid', `no step ${number + 1}`);
      const calls = (step.calls ?? []).map((call, index) => ({ args: {}, ...call, id: `call_${number}_${index}` }));
      if (step.text) yield { type: 'text', block: 0, delta: step.text };
      for (const call of calls) {
        const json = JSON.stringify(call.args);
        for (let at = 0; at < json.length; at += 7) {
          yield { type: 'call.delta', id: call.id, name: call.name, partialJson: json.slice(at, at + 7) };
        }
      }
      const failed = failures.get(number) ?? 0;
      if (step.fail && failed < step.fail.times) {
        failures.set(number, failed + 1);
        throw step.fail.error;
      }
      if (step.hold) {
        await Promise.race([
          step.hold,
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true })),
        ]);
      }
      const stop = step.stop ?? (calls.length > 0 ? 'tools' : 'done');
      const usage = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 2, cacheWriteTokens: 1, measured: true };
      yield { type: 'end', stop, text: step.text ?? '', calls, usage };
    },
  };
}

type Handler = (
  args: Record<string, unknown>,
  signal: AbortSignal,
) => Promise<Partial<CallResult>> | Partial<CallResult>;

/** Tools made of functions, with a count of what was really called. */
export function toolboxOf(
  handlers: Record<string, Handler | { class: ToolInfo['class'] }>,
): Toolbox & { called: { name: string; args: Record<string, unknown> }[] } {
  const called: { name: string; args: Record<string, unknown> }[] = [];
  return {
    called,
    tools: () =>
      Object.entries(handlers).map(([name, handler]) => ({
        server: name.split('__')[0] ?? '',
        tool: name.split('__')[1] ?? '',
        description: name,
        inputSchema: { type: 'object' },
        class: typeof handler === 'function' ? 'read' : handler.class,
      })),
    async call(server, tool, args, { signal }) {
      const name = `${server}__${tool}`;
      called.push({ name, args });
      const handler = handlers[name];
      if (typeof handler !== 'function') throw new Error(`${name} must not be called`);
      const result = await handler(args, signal);
      const text = result.text ?? JSON.stringify(result.structured ?? {});
      return { ok: true, text, structured: null, bytes: text.length, truncated: false, durationMs: 1, ...result };
    },
    close: () => {},
  };
}
