import { z } from 'zod';
import { Severity } from '../alerts/schema';
import { MethodFile } from '../method/schema';

/** The alerts that an effect is counted on: of so many days, the newest so many of them. */
export const EFFECT_DAYS = 90;
export const MAX_ALERTS = 5000;

export const ExclusionQuery = z.strictObject({
  rule: z
    .string()
    .trim()
    .min(1, 'Enter the rule of the alerts.')
    .max(500, 'Enter at most 500 characters.')
    .refine((text) => !/[\0\uD800-\uDFFF]/u.test(text), 'Remove NUL and broken characters.'),
});

/** How the alerts that are silenced ended; `open`: not closed yet. */
export const EFFECT_GROUPS = ['true_positive', 'undetermined', 'open', 'benign', 'false_positive'] as const;
export type EffectGroup = (typeof EFFECT_GROUPS)[number];

export const SilencedAlert = z.object({
  id: z.string(),
  title: z.string(),
  severity: Severity,
  group: z.enum(EFFECT_GROUPS),
  receivedAt: z.string(),
});
export type SilencedAlert = z.infer<typeof SilencedAlert>;

/** What a changed detection does to the alerts of the last 90 days. */
export const Effect = z.object({
  /** The rules whose alerts were read, as their senders call them. */
  rules: z.array(z.string()),
  /** Alerts that were read, and older ones that were not. */
  alerts: z.number(),
  omitted: z.number(),
  /** Of those read: the detection fired on their event before the change. */
  fired: z.number(),
  /** Fired before, and no longer; all of them. */
  silenced: z.number(),
  groups: z.array(z.object({ group: z.enum(EFFECT_GROUPS), fired: z.number(), silenced: z.number() })),
  /** Did not fire before, and do now. */
  added: z.number(),
  /** The silenced ones, true positives first, then the newest; at most 100. */
  items: z.array(SilencedAlert),
});
export type Effect = z.infer<typeof Effect>;

export const SharedField = z.object({
  /** As the detection's log source calls it. */
  field: z.string(),
  values: z.array(z.string()),
});
export type SharedField = z.infer<typeof SharedField>;

/** An exclusion for the alerts of a rule, or why there is none. */
export const Exclusion = z.object({
  rule: z.string(),
  /** Alerts of the rule that were closed as benign or false positive in the last 90 days. */
  closures: z.number(),
  /** What all of them share; empty when nothing was found. */
  filter: z.array(SharedField),
  /** The same as a Sigma selection, for the tool that sends the alerts. */
  sigma: z.string(),
  /** The store's detection that fires on their events: where it is, and on how many. */
  detection: z
    .object({ title: z.string(), path: z.string(), fires: z.number(), others: z.array(z.string()) })
    .nullable(),
  /** Its file with the exclusion written into it; null when there is none. */
  proposal: z.object({ file: MethodFile, text: z.string(), note: z.string(), effect: Effect }).nullable(),
  /** Why there is no proposal, and what to do instead. */
  reason: z.string().nullable(),
});
export type Exclusion = z.infer<typeof Exclusion>;
