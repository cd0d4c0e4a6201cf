import type { Message, ToolResult, TurnRequest } from '../model/model';
import { ModelError } from '../model/model-error';
import { shortenedResult, toolsPrompt } from './context';
import type { RunSession } from './session';
import { hasBudget } from './spend';

/** Results of this many answers stay whole as long as there are older ones. */
const FRESH = 2;
/** What is shortened once leaves room for a while: each change of the history empties the service's cache. */
const ROOM = 0.6;
/** A cautious guess, for services that don't count: English prose has about 4 bytes a token, JSON and hashes fewer. */
const BYTES_PER_TOKEN = 3;
/** How far a guess may be from the service's count: hashes and some scripts have fewer bytes a token. */
const UNSURE = 1.6;
/** Results below this are not worth it. */
const SHORT = 800;

/**
 * The request of the next answer, kept within the model's window: when it is too long, the oldest results of tools are replaced
 * by their evidence number and a summary, those that the report cites last. The records stay whole, and asking the
 * same again answers from them.
 * @returns tokens: by the service's count, else estimated
 */
export async function fitContext(
  session: RunSession,
  history: Message[],
): Promise<{ request: TurnRequest; tokens: number }> {
  const { model } = session;
  const window = model.contextTokens?.() ?? null;
  for (;;) {
    const request = requestOf(session, history);
    const most = window === null ? Number.POSITIVE_INFINITY : window * 0.98 - session.limits.outputTokens;
    const guess = estimateTokens(request);
    // Counting is a request of its own before each answer: made only where its result decides something.
    const isClear = guess * UNSURE <= most && !(await hasBudget());
    const tokens = isClear ? guess : ((await model.countTokens?.(request, session.signal)) ?? guess);
    if (tokens <= most) return { request, tokens };
    if (!shorten(session, history, tokens - most * ROOM)) {
      throw new ModelError('too_long', 'the case no longer fits into the model’s context window');
    }
  }
}

/** The service found the request too long, whatever the count said. @returns whether there was anything to shorten */
export function shortenMore(session: RunSession, history: Message[]): boolean {
  return shorten(session, history, estimateTokens(requestOf(session, history)) * (1 - ROOM));
}

export function estimateTokens(request: TurnRequest): number {
  const { system, tools, messages } = request;
  const said = messages.map((message) =>
    message.role === 'tools'
      ? message.results.map(({ text }) => text)
      : (('opaque' in message && message.opaque) ?? message),
  );
  return Math.ceil(Buffer.byteLength(JSON.stringify([system, tools, said])) / BYTES_PER_TOKEN);
}

function requestOf(session: RunSession, history: Message[]): TurnRequest {
  const { progress, tools, limits, shortened } = session;
  const { caseFile } = progress.context;
  const system = `${progress.context.system}\n${toolsPrompt(tools)}`;
  const messages = history.map((message, at): Message => {
    if (message.role !== 'tools') return message;
    const results = message.results.map((result, index) => {
      if (!shortened.has(`${at}.${index}`)) return result;
      return { ...result, text: shortenedResult(result.text, progress.markdown, progress.context.boundary) };
    });
    return { role: 'tools', results };
  });
  return { system, messages, tools: tools.definitions, maxOutputTokens: limits.outputTokens, caseFile };
}

/** Marks results until about `tokens` fewer are sent: the oldest first, cited ones after the others, the newest last. */
function shorten(session: RunSession, history: Message[], tokens: number): boolean {
  const { shortened, log, progress } = session;
  const lists = history.flatMap((message, at) => (message.role === 'tools' ? [{ at, results: message.results }] : []));
  const places = lists.flatMap(({ at, results }, age) =>
    results.map((result, index) => ({ key: `${at}.${index}`, result, fresh: age >= lists.length - FRESH })),
  );
  const numberOf = ({ text }: ToolResult) => /^\[(E\d+)\]/.exec(text)?.[1] ?? '';
  const cited = (result: ToolResult) => new RegExp(`\\b${numberOf(result)}\\b`).test(progress.markdown);
  const rank = ({ result, fresh }: (typeof places)[number]) => (fresh ? 2 : 0) + (cited(result) ? 1 : 0);
  const candidates = places
    .filter(({ key, result }) => /^\[E\d+\]/.test(result.text) && !shortened.has(key) && result.text.length > SHORT)
    .sort((a, b) => rank(a) - rank(b));
  let left = tokens * BYTES_PER_TOKEN;
  const done: string[] = [];
  for (const { key, result } of candidates) {
    if (left <= 0) break;
    shortened.add(key);
    done.push(numberOf(result));
    left -= Buffer.byteLength(result.text) - SHORT;
  }
  if (done.length === 0) return false;
  log.add({
    type: 'stage',
    text: `Making room: the model is given ${done.join(', ')} as a summary; the records are whole`,
  });
  return true;
}
