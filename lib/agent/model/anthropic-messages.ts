import type Anthropic from '@anthropic-ai/sdk';
import type { Message, TurnRequest } from './model';

const CACHED = { cache_control: { type: 'ephemeral' as const } };

/** The request of one turn. Cached up to the system text, the tools and the last message: each turn reads the one before. */
export function toAnthropic(turn: TurnRequest, model: string): Anthropic.MessageCreateParamsStreaming {
  const messages = turn.messages.reduce<Anthropic.MessageParam[]>(append, []);
  const last = messages.at(-1)?.content;
  const lastBlock = Array.isArray(last) ? last.at(-1) : undefined;
  if (lastBlock && (lastBlock.type === 'text' || lastBlock.type === 'tool_result')) Object.assign(lastBlock, CACHED);
  return {
    model,
    max_tokens: turn.maxOutputTokens,
    stream: true,
    system: [{ type: 'text', text: turn.system, ...CACHED }],
    tools: turn.tools.map(({ name, description, inputSchema }, index) => ({
      name,
      description,
      input_schema: { ...inputSchema, type: 'object' as const },
      ...(index === turn.tools.length - 1 ? CACHED : {}),
    })),
    messages,
  };
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
