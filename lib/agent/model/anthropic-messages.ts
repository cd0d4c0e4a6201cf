import type Anthropic from '@anthropic-ai/sdk';
import type { Message, TurnRequest } from '../../model/model';
import { REPORT_PREFIX } from '../report-tools';
import type { Features } from './anthropic-features';

/** Of one answer, on top of what it may write; where the model decides how much, it is given more room. */
const THINKING_TOKENS = 8_000;
const ADAPTIVE_TOKENS = 16_000;
/** Fewer the API refuses. */
const LEAST_BUDGET = 1_024;
const CACHED = { cache_control: { type: 'ephemeral' as const } };

/**
 * The request of one turn. Cached up to the tools, the system text, and the last two messages of ours: the older mark is where
 * the request before this one ended, found again however many results have come since.
 */
export function toAnthropic(
  turn: TurnRequest,
  model: string,
  { thinking, cache, eager, maxOutputTokens }: Pick<Features, 'thinking' | 'cache' | 'eager' | 'maxOutputTokens'>,
): Anthropic.MessageCreateParamsStreaming {
  const messages = turn.messages.reduce<Anthropic.MessageParam[]>(append, []);
  if (thinking === 'off' || thinking === 'disabled') for (const message of messages) dropThinking(message);
  const mark = cache ? CACHED : {};
  for (const message of messages.filter(({ role }) => role === 'user').slice(-2)) markLast(message, mark);
  const room = { adaptive: ADAPTIVE_TOKENS, unasked: ADAPTIVE_TOKENS, enabled: THINKING_TOKENS, disabled: 0, off: 0 }[
    thinking
  ];
  const most = Math.min(turn.maxOutputTokens + room, maxOutputTokens ?? Number.POSITIVE_INFINITY);
  const asked = thinkingOf(thinking, most);
  return {
    model,
    max_tokens: most,
    stream: true,
    ...(asked ? { thinking: asked } : {}),
    system: [{ type: 'text', text: turn.system, ...mark }],
    tools: turn.tools.map(({ name, description, inputSchema }, index) => ({
      name,
      description,
      input_schema: { ...inputSchema, type: 'object' as const },
      ...(eager && name.startsWith(REPORT_PREFIX) ? { eager_input_streaming: true } : {}),
      ...(index === turn.tools.length - 1 ? mark : {}),
    })),
    messages,
  };
}

/** The budget is part of `max_tokens` and must leave room for the answer. */
function thinkingOf(thinking: Features['thinking'], maxTokens: number): Anthropic.ThinkingConfigParam | null {
  if (thinking === 'adaptive') return { type: 'adaptive', display: 'summarized' };
  if (thinking === 'disabled') return { type: 'disabled' };
  const budget = Math.min(THINKING_TOKENS, Math.floor(maxTokens / 2));
  return thinking === 'enabled' && budget >= LEAST_BUDGET ? { type: 'enabled', budget_tokens: budget } : null;
}

function markLast({ content }: Anthropic.MessageParam, mark: Partial<typeof CACHED>): void {
  const last = Array.isArray(content) ? content.at(-1) : undefined;
  if (last?.type === 'text' || last?.type === 'tool_result') Object.assign(last, mark);
}

/** A server that takes no thinking takes no thinking back either. */
function dropThinking(message: Anthropic.MessageParam): void {
  if (!Array.isArray(message.content)) return;
  const kept = message.content.filter(({ type }) => type !== 'thinking' && type !== 'redacted_thinking');
  message.content = kept.length > 0 ? kept : [{ type: 'text', text: '(no answer)' }];
}

/** User texts and tool results that follow each other are one message: roles have to alternate. */
function append(messages: Anthropic.MessageParam[], message: Message): Anthropic.MessageParam[] {
  const role = message.role === 'assistant' ? 'assistant' : 'user';
  const content = contentOf(message);
  const last = messages.at(-1);
  if (last?.role === role && Array.isArray(last.content)) last.content.push(...content);
  else messages.push({ role, content });
  return messages;
}

function contentOf(message: Message): Anthropic.ContentBlockParam[] {
  if (message.role === 'user') return [{ type: 'text', text: message.text || '(nothing)' }];
  if (message.role === 'tools') {
    return message.results.map((result) => ({
      type: 'tool_result' as const,
      tool_use_id: result.callId,
      content: [{ type: 'text' as const, text: result.text || '(nothing)' }],
      ...(result.ok ? {} : { is_error: true }),
    }));
  }
  const own = ownContent(message.opaque);
  if (own && own.length > 0) return own;
  const content: Anthropic.ContentBlockParam[] = message.text.trim() ? [{ type: 'text', text: message.text }] : [];
  for (const { id, name, args } of message.calls) content.push({ type: 'tool_use', id, name, input: args });
  return content.length > 0 ? content : [{ type: 'text', text: '(no answer)' }];
}

/** What this adapter kept of its own answer (signed thinking included); another model's is rebuilt from text and calls. */
function ownContent(opaque: unknown): Anthropic.ContentBlockParam[] | null {
  if (typeof opaque !== 'object' || opaque === null) return null;
  if (!('provider' in opaque) || opaque.provider !== 'anthropic' || !('content' in opaque)) return null;
  // A copy: cache marks are set on it. Written by anthropic.ts, read back from our own database.
  return Array.isArray(opaque.content) ? (structuredClone(opaque.content) as Anthropic.ContentBlockParam[]) : null;
}
