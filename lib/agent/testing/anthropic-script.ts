import { z } from 'zod';

/** What the scripted server does instead of, or in the middle of, an answer. One per attempt at the same turn. */
const Fault = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('status'),
    status: z.number().int(),
    type: z.string().default('api_error'),
    message: z.string().default('scripted'),
    retryAfter: z.string().optional(),
    html: z.boolean().default(false),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
  /** The socket ends after this many bytes of the stream. */
  z.strictObject({ kind: z.literal('cut'), afterBytes: z.number().int().min(0) }),
  /** An error event after this many events. */
  z.strictObject({
    kind: z.literal('error_event'),
    afterEvents: z.number().int().min(0),
    type: z.string().default('overloaded_error'),
  }),
  /** Nothing more comes: before the headers, or after the first event with pings for ever. */
  z.strictObject({ kind: z.literal('silence'), where: z.enum(['headers', 'pings']) }),
]);
export type Fault = z.infer<typeof Fault>;

const Call = z.strictObject({
  name: z.string(),
  args: z.record(z.string(), z.unknown()).optional(),
  /** Instead of args: the argument text as it is, to be malformed. */
  json: z.string().optional(),
});

export const Turn = z.strictObject({
  thinking: z.string().optional(),
  text: z.string().optional(),
  calls: z.array(Call).default([]),
  /** Of a refusal, as the API gives it. */
  stopDetails: z.record(z.string(), z.string()).optional(),
  stop: z.string().optional(), // default: tool_use with calls, end_turn without
  usage: z.union([z.record(z.string(), z.number()), z.literal('missing')]).optional(),
  faults: z.array(Fault).default([]),
  /** Bytes of one write to the socket; default: one event each. */
  chunkBytes: z.number().int().min(1).optional(),
  crlf: z.boolean().default(false),
  /** Characters of one delta. */
  deltaSize: z.number().int().min(1).default(40),
  /** Between deltas, to make streaming visible. */
  delayMs: z.number().min(0).default(0),
});

/**
 * One conversation per entry: the first whose `when` (a regular expression on the first user message) matches.
 * The turn is the number of answers already in the request, so a retried or resumed run gets the same turn again.
 */
export const Script = z.strictObject({
  /** What this server refuses, as servers that only imitate the API do: with 400 and the feature's name, or 404. */
  lacks: z
    .array(
      z.enum(['thinking', 'adaptive', 'disabled', 'eager_input_streaming', 'cache_control', 'count_tokens', 'models']),
    )
    .default(['models']),
  /** Requests that count more are refused, as by a full window. */
  contextTokens: z.number().int().optional(),
  conversations: z.array(z.strictObject({ when: z.string().optional(), turns: z.array(Turn) })).min(1),
});
export type Script = z.input<typeof Script>;
export type ScriptedTurn = z.infer<typeof Turn>;

/** The turn as the Messages API streams it: event objects in order. */
export function eventsOf(
  turn: ScriptedTurn,
  model: string,
  number: number,
): { type: string; [key: string]: unknown }[] {
  const usage = turn.usage === 'missing' ? undefined : { input_tokens: 1000, output_tokens: 1, ...turn.usage };
  const events: { type: string; [key: string]: unknown }[] = [
    {
      type: 'message_start',
      message: {
        id: `msg_${number}`,
        type: 'message',
        role: 'assistant',
        model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        ...(usage ? { usage } : {}),
      },
    },
    { type: 'ping' },
  ];
  let index = 0;
  const block = (start: Record<string, unknown>, deltas: Record<string, unknown>[]) => {
    events.push({ type: 'content_block_start', index, content_block: start });
    for (const delta of deltas) events.push({ type: 'content_block_delta', index, delta });
    events.push({ type: 'content_block_stop', index });
    index += 1;
  };
  if (turn.thinking) {
    const pieces = piecesOf(turn.thinking, turn.deltaSize).map((thinking) => ({ type: 'thinking_delta', thinking }));
    block({ type: 'thinking', thinking: '', signature: '' }, [
      ...pieces,
      { type: 'signature_delta', signature: 'c2lnbmVk' },
    ]);
  }
  if (turn.text) {
    block(
      { type: 'text', text: '' },
      piecesOf(turn.text, turn.deltaSize).map((text) => ({ type: 'text_delta', text })),
    );
  }
  for (const [position, call] of turn.calls.entries()) {
    const json = call.json ?? JSON.stringify(call.args ?? {});
    block(
      { type: 'tool_use', id: `toolu_${number}_${position}`, name: call.name, input: {} },
      piecesOf(json, turn.deltaSize).map((partial_json) => ({ type: 'input_json_delta', partial_json })),
    );
  }
  const stop = turn.stop ?? (turn.calls.length > 0 ? 'tool_use' : 'end_turn');
  events.push({
    type: 'message_delta',
    delta: { stop_reason: stop, stop_sequence: null, stop_details: turn.stopDetails ?? null },
    ...(usage ? { usage: { output_tokens: usage.output_tokens } } : {}),
  });
  events.push({ type: 'message_stop' });
  return events;
}

function piecesOf(text: string, size: number): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length; start += size) pieces.push(text.slice(start, start + size));
  return pieces.length > 0 ? pieces : [''];
}
