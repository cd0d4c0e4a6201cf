import { z } from 'zod';
import { TOPICS } from './topics';

/** Systems that runbooks are about. */
export const Platform = z.enum(['aws', 'azure', 'gcp', 'google-workspace', 'kubernetes', 'okta', 'windows']);
export type Platform = z.infer<typeof Platform>;

/** A question of a runbook. Without topics it is one for people. */
export const RunbookQuestion = z.object({ text: z.string(), topics: z.array(z.enum(TOPICS)) });
export type RunbookQuestion = z.infer<typeof RunbookQuestion>;

export const Runbook = z.object({
  /** `runbooks/root-used.md` */
  file: z.string(),
  title: z.string(),
  match: z.object({
    /** Words that a rule's name or an alert's title has, all of one entry, in any order. */
    rules: z.array(z.string()),
    /** Names of events, as a whole value of an alert's document. */
    events: z.array(z.string()),
    /** A technique stands for its sub-techniques too. */
    techniques: z.array(z.string()),
    /** With other entries: they count for alerts of these sources only. Alone: every alert of these sources. */
    sources: z.array(z.string()),
    /** What it is about, where that is one: its techniques count for no case that is about another. */
    platforms: z.array(Platform),
  }),
  questions: z.array(RunbookQuestion),
  /** The Markdown below the front matter, without the topics of its questions. */
  text: z.string(),
});
export type Runbook = z.infer<typeof Runbook>;

/** A runbook that fits a case, and why: `event CreateAccessKey`, `rule "access key created"`. */
export const MatchedRunbook = Runbook.omit({ match: true }).extend({ reasons: z.array(z.string()) });
export type MatchedRunbook = z.infer<typeof MatchedRunbook>;
