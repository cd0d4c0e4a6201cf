/** The logs of the organization, by the name of their source. */
export const SOURCES = ['cloudtrail', 'okta', 'google_workspace', 'vpc_flow', 's3_access'] as const;
export type SourceName = (typeof SOURCES)[number];

/** One record as the service writes it: an object (JSON logs) or a line (text logs). */
export type LogEvent = { source: SourceName; at: number; record: object | string };

/**
 * What a record is for the truth of a story. `attack`: part of the harm. `explains`: a fact that makes it ordinary.
 * `action`: its name in the log; `actor`: the short name of who did it.
 */
export type PlantedEvent = LogEvent & { part: 'attack' | 'explains'; actor: string; action: string };

export type Verdict = 'BENIGN' | 'MALICIOUS';

/** A document as the sender posts it, and the intake that reads it. */
export type AlertDocument = { source: string; document: Record<string, unknown> };

/** Something that happened, the alerts it raised, and what is true about it. */
export type Story = {
  id: string;
  /** What kind of story: the truth about it is the same whatever the names. */
  kind: string;
  verdict: Verdict;
  /** In a sentence or two: what really happened. */
  truth: string;
  /** Words that a complete report contains (case aside): names, counts, places. */
  keyFacts: string[];
  alerts: AlertDocument[];
  events: PlantedEvent[];
};
