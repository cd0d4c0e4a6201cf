import type { ToolCall, ToolResult, TurnRequest } from '../model/model';
import { canonicalJson } from '../text/canonical-json';

/** A tool call's outcome as the script reads it. `table` is set when the result is one ({columns, rows}). */
export type Outcome = {
  name: string;
  args: Record<string, unknown>;
  ok: boolean;
  text: string;
  evidence: number;
  structured: Record<string, unknown>;
  table: Table | null;
};

export type Row = Record<string, unknown>;
export type Table = { columns: string[]; rows: Row[]; truncated: boolean };
export type Asked = { name: string; args: Record<string, unknown> };

/** Calls of one turn; the loop does a limited number of them, the rest is asked for in the next turn. */
const MOST_AT_ONCE = 32;

/** Thrown by a script that asks for results which are not there yet; the turn ends with these calls. */
export class Waiting extends Error {
  constructor(readonly calls: ToolCall[]) {
    super(`waiting for ${calls.length} tool results`);
  }
}

/**
 * Runs tasks side by side, so that they ask in the same turns: what any of them waits for is asked for at once.
 * @throws Waiting while one of them does
 */
export async function together<T>(tasks: (() => Promise<T>)[]): Promise<T[]> {
  const settled = await Promise.allSettled(tasks.map((task) => task()));
  const failed = settled.find((one) => one.status === 'rejected' && !(one.reason instanceof Waiting));
  if (failed?.status === 'rejected') throw failed.reason;
  const calls = settled.flatMap((one) => (one.status === 'rejected' ? (one.reason as Waiting).calls : [])); // the rest has thrown
  // In the order of their numbers: those left for the next turn get the same ones again.
  const numberOf = ({ id }: ToolCall): number => Number(id.split('-')[1]);
  if (calls.length > 0) throw new Waiting(calls.sort((a, b) => numberOf(a) - numberOf(b)).slice(0, MOST_AT_ONCE));
  return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

export type Context = {
  /** Results in the order asked. Throws Waiting with the missing ones: a replay continues from there. */
  callAll(asked: Asked[]): Promise<Outcome[]>;
  call(name: string, args: Record<string, unknown>): Promise<Outcome>;
  /** What the person reads while it happens. */
  stage(text: string): void;
  /** Stages not yet told in an earlier turn. */
  untold(): string[];
  /** Every call answered so far, in the order it was first asked. */
  log: Outcome[];
};

/**
 * A context over the results that a request already holds. Results are found by tool name and canonical arguments,
 * so the script must ask with the same arguments on every replay: nothing that depends on the clock.
 */
export function replay(request: Pick<TurnRequest, 'messages'>): Context {
  const { results, asked } = index(request);
  let untold: string[] = [];
  let issued = asked;
  const log: Outcome[] = [];
  const logged = new Set<string>();
  const context: Context = {
    log,
    stage: (text) => {
      untold.push(text);
    },
    untold: () => untold,
    call: async (name, args) => (await context.callAll([{ name, args }]))[0] as Outcome, // one asked, one answered
    callAll: async (list) => {
      const missing: ToolCall[] = [];
      const keys = new Set<string>();
      for (const { name, args } of list) {
        const key = canonical(name, args);
        if (results.has(key) || keys.has(key)) continue;
        keys.add(key);
        issued += 1;
        missing.push({ id: `builtin-${issued}`, name, args });
      }
      if (missing.length > 0) throw new Waiting(missing.slice(0, MOST_AT_ONCE));
      if (list.length > 0) untold = [];
      return list.map(({ name, args }) => {
        const key = canonical(name, args);
        const outcome = toOutcome(name, args, results.get(key) as ToolResult); // checked above
        if (!logged.has(key)) {
          logged.add(key);
          log.push(outcome);
        }
        return outcome;
      });
    },
  };
  return context;
}

function index(request: Pick<TurnRequest, 'messages'>): { results: Map<string, ToolResult>; asked: number } {
  const keys = new Map<string, string>();
  const results = new Map<string, ToolResult>();
  for (const message of request.messages) {
    if (message.role === 'assistant')
      for (const call of message.calls) keys.set(call.id, canonical(call.name, call.args));
    if (message.role !== 'tools') continue;
    for (const result of message.results) {
      const key = keys.get(result.callId);
      if (key !== undefined) results.set(key, result);
    }
  }
  return { results, asked: keys.size };
}

function toOutcome(name: string, args: Record<string, unknown>, result: ToolResult): Outcome {
  const structured = result.structured ?? parseText(result.text);
  return {
    name,
    args,
    ok: result.ok,
    text: result.text,
    evidence: result.evidence ?? 0,
    structured,
    table: result.ok ? toTable(structured) : null,
  };
}

/** The same content as JSON after the evidence mark, for a tool that gave no structured content. */
function parseText(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text.replace(/^\[E\d+\]\s*/, ''));
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function toTable(structured: Record<string, unknown>): Table | null {
  const { columns, rows, truncated } = structured;
  if (!Array.isArray(columns) || !Array.isArray(rows)) return null;
  const names = columns.map((column) => (isObject(column) ? String(column.name) : String(column)));
  const objects = rows.map((row) => {
    if (!Array.isArray(row)) return isObject(row) ? row : {};
    return Object.fromEntries(names.map((name, at) => [name, row[at]]));
  });
  return { columns: names, rows: objects, truncated: truncated === true };
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Name and arguments with keys in order: the identity of a call. */
export function canonical(name: string, args: unknown): string {
  return `${name} ${canonicalJson(args)}`;
}
