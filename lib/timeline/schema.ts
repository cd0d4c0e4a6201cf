import { z } from 'zod';

/** One event, or several alike that followed each other closely. Times in ms since 1970. */
export const TimelineEvent = z.object({
  at: z.number(),
  /** When the last of several was; null for one. */
  until: z.number().nullable(),
  count: z.number(),
  actor: z.string(),
  action: z.string(),
  /** The source that has it: of evidence its table or tool, of the report's rows `report`. */
  source: z.string(),
  outcome: z.enum(['success', 'failure', 'mixed']).nullable(),
  /** The ATT&CK tactic's short name (`credential-access`); null: none known. */
  tactic: z.string().nullable(),
  evidence: z.number().nullable(),
});
export type TimelineEvent = z.infer<typeof TimelineEvent>;

/** In time order. `omitted`: later events than fit. */
export const CaseTimeline = z.object({ events: z.array(TimelineEvent), omitted: z.number() });
export type CaseTimeline = z.infer<typeof CaseTimeline>;
