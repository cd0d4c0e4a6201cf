import { z } from 'zod';

/** An ISO week: Monday to Sunday, in UTC. */
export const Week = z.string().regex(/^\d{4}-W(?:0[1-9]|[1-4]\d|5[0-3])$/, 'Enter a week, like 2026-W48.');

export const WeeklySettings = z.strictObject({
  enabled: z.boolean(),
  /** 1 (Monday) to 7 (Sunday), in UTC: the first moment at which last week's report is made. */
  weekday: z.number().int().min(1).max(7),
});
export type WeeklySettings = z.infer<typeof WeeklySettings>;

export const WeeklyItem = z.object({
  week: z.string(),
  from: z.string(),
  to: z.string(),
  createdAt: z.string(),
  /** null until the store has it. */
  commit: z.string().nullable(),
});
export type WeeklyItem = z.infer<typeof WeeklyItem>;

export const WeeklyReport = WeeklyItem.extend({ markdown: z.string() });
export type WeeklyReport = z.infer<typeof WeeklyReport>;
