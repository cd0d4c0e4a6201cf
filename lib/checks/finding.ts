import { z } from 'zod';

/** A replacement in the text that was checked; lines and columns are 1-based, the end is exclusive. */
export const CheckFix = z.object({
  label: z.string(),
  startLine: z.number(),
  startColumn: z.number(),
  endLine: z.number(),
  endColumn: z.number(),
  text: z.string(),
});
export type CheckFix = z.infer<typeof CheckFix>;

export const CHECK_RULES = [
  'front-matter',
  'summary',
  'sections',
  'technique',
  'timeline',
  'citation',
  'receipt',
  'total',
  'defang',
  'benign',
] as const;

/**
 * One thing that a report says and can't show. `error` stands against approval until a reviewer overrides it with a reason;
 * `warning` is worth a look. Columns are 1-based UTF-16 units of the line, the end exclusive.
 */
export const CheckFinding = z.object({
  rule: z.enum(CHECK_RULES),
  severity: z.enum(['error', 'warning']),
  line: z.number(),
  column: z.number(),
  endColumn: z.number(),
  message: z.string(),
  fix: CheckFix.optional(),
});
export type CheckFinding = z.infer<typeof CheckFinding>;

/** `version`: the draft's that was checked, or that a revision was made from; `revision`: which one, null for the draft. */
export const CheckReport = z.object({
  version: z.number(),
  revision: z.string().nullable(),
  items: z.array(CheckFinding),
});
export type CheckReport = z.infer<typeof CheckReport>;

export const CheckQuery = z.object({ revision: z.uuid().optional() });

/** The text with a fix in it. */
export function applyFix(markdown: string, fix: CheckFix): string {
  const lines = markdown.split('\n');
  const at = (line: number, column: number) =>
    lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
  return (
    markdown.slice(0, at(fix.startLine, fix.startColumn)) + fix.text + markdown.slice(at(fix.endLine, fix.endColumn))
  );
}
