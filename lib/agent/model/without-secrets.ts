import type { ModelEvent, ToolCall } from '../../model/model';
import { holdsKnownSecret, maskKeys, maskKnownSecrets, maskSecretsIn } from '../../secrets/mask-secrets';
import { REPORT_PREFIX } from '../report-tools';

type End = Extract<ModelEvent, { type: 'end' }>;

/**
 * An answer as it is kept, done and sent back with the next request: a model that has got hold of a secret of this installation,
 * or of a key, doesn't get it any further. Signed thinking can't be changed; it goes to the service that wrote it, and nowhere else.
 */
export function withoutSecrets(end: End): End {
  const calls = end.calls.map(maskedCall);
  return { ...end, text: maskKeys(end.text), calls, ...opaqueOf(end, new Map(calls.map((call) => [call.id, call]))) };
}

/** Arguments of other tools keep what only looks like a key: it may be what an analyst asked to search for. */
function maskedCall(call: ToolCall): ToolCall {
  if (call.name.startsWith(REPORT_PREFIX)) return { ...call, args: maskSecretsIn(call.args, maskKeys) };
  if (!holdsKnownSecret([call.name, call.args])) return call;
  const name = holdsKnownSecret(call.name) ? 'masked' : call.name; // a name takes no mark
  return { ...call, name, args: maskSecretsIn(call.args, maskKnownSecrets), secret: true };
}

/** The same of what a provider wants back: blocks of text and calls, as both SDK and API name them. */
function opaqueOf({ opaque }: End, calls: Map<string, ToolCall>): { opaque?: unknown } {
  if (opaque === undefined) return {};
  if (typeof opaque !== 'object' || opaque === null || !('content' in opaque) || !Array.isArray(opaque.content))
    return { opaque };
  const content = opaque.content.map((block: { type?: string; id?: string; text?: string }) => {
    if (block.type === 'text') return { ...block, text: maskKeys(block.text ?? '') };
    const call = block.type === 'tool_use' ? calls.get(block.id ?? '') : undefined;
    return call ? { ...block, name: call.name, input: call.args } : block;
  });
  return { opaque: { ...opaque, content } };
}
