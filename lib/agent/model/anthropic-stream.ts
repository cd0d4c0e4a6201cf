import type Anthropic from '@anthropic-ai/sdk';
import type { ModelEvent, Usage } from '../../model/model';
import { ModelError } from '../../model/model-error';

type Stop = Anthropic.StopReason;

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
export function collector(firstBlock: number) {
  const blocks = new Map<number, Block>();
  const usage = noUsage();
  let stop: Stop | null = null;
  let details: Anthropic.RefusalStopDetails | null = null;
  let stopped = false;

  return {
    /** What the service has counted so far: charged for also when the answer breaks off. */
    usage,
    take(event: Anthropic.RawMessageStreamEvent): ModelEvent | null {
      switch (event.type) {
        case 'message_start':
          takeFirst(usage, event.message?.usage);
          return null;
        case 'content_block_start':
          blocks.set(event.index, begun(event.content_block));
          return null;
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
          details = event.delta.stop_details ?? details;
          takeLast(usage, event.usage as Partial<Anthropic.MessageDeltaUsage> | undefined);
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
      return { stop: stop as Stop, reason: reasonOf(details), content, invalid, usage, blocks: all.length };
    },
  };
}

function begun(start: Anthropic.RawContentBlockStartEvent['content_block']): Block {
  return {
    kind: start.type,
    text: start.type === 'text' ? start.text : start.type === 'thinking' ? start.thinking : '',
    json: '',
    id: 'id' in start ? String(start.id) : '',
    name: 'name' in start ? String(start.name) : '',
    signature: (start.type === 'thinking' && start.signature) || '',
    data: start.type === 'redacted_thinking' ? start.data : '',
    closed: false,
  };
}

/** Gateways leave usage out; then the cost is unknown, not an error. */
function takeFirst(usage: Usage, first: Partial<Anthropic.Usage> | undefined): void {
  usage.measured = first?.input_tokens !== undefined;
  usage.inputTokens = first?.input_tokens ?? 0;
  usage.cacheReadTokens = first?.cache_read_input_tokens ?? 0;
  usage.cacheWriteTokens = first?.cache_creation_input_tokens ?? 0;
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
      return block.text.trim() === '' ? [] : [{ type: 'text', text: block.text }]; // of blanks alone the API takes none back
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

/** Why an answer was refused, as far as the service says: "cyber: …". */
function reasonOf(details: Partial<Anthropic.RefusalStopDetails> | null): string | null {
  return [details?.category, details?.explanation].filter(Boolean).join(': ').slice(0, 300) || null;
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

export function noUsage(): Usage {
  return { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, measured: false };
}

/** Totals of the whole answer. Some servers tell the input only here. */
function takeLast(usage: Usage, last: Partial<Anthropic.MessageDeltaUsage> | undefined): void {
  usage.outputTokens = last?.output_tokens ?? 0;
  if (usage.measured || typeof last?.input_tokens !== 'number') return;
  usage.measured = true;
  usage.inputTokens = last.input_tokens;
}
