import type { z } from 'zod';
import type { Actor } from '../../auth/guard';
import type { Verb } from '../../auth/permissions';
import { parseInput } from '../../errors/invalid-fields';

/** Who calls, and the case that asks (stdio only): its own case is no precedent. */
export type ToolContext = { actor: Actor; self: string | null; signal: AbortSignal };

/** One tool. `run` calls one verb of lib/, which checks `verb` itself; here it decides whether the tool is listed. */
export type Tool = {
  name: string;
  verb: Verb;
  description: string;
  input: z.ZodObject;
  run(context: ToolContext, input: unknown): Promise<Record<string, unknown>>;
};

/** Types `run` by the tool's own schema. */
export function tool<I extends z.ZodObject>(
  declared: Omit<Tool, 'input' | 'run'> & {
    input: I;
    run(context: ToolContext, input: z.output<I>): Promise<Record<string, unknown>>;
  },
): Tool {
  return { ...declared, run: (context, input) => declared.run(context, parseInput(declared.input, input)) };
}
