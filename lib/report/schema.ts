import { z } from 'zod';
import { Entity, Severity } from '../alerts/schema';

export const CLASSIFICATIONS = ['BENIGN', 'SUSPICIOUS', 'MALICIOUS'] as const;
export const Classification = z.enum(CLASSIFICATIONS);
export type Classification = z.infer<typeof Classification>;

/** Moved only by lib/investigations/status. `merged`: its alerts, text and evidence are in another case. */
export const InvestigationStatus = z.enum(['draft', 'in_review', 'changes_requested', 'approved', 'merged']);
export type InvestigationStatus = z.infer<typeof InvestigationStatus>;

/** The level-2 headings of a report, in their order (DESIGN: An investigation on disk). */
export const SECTIONS = [
  'Executive Summary',
  'Hypothesis Analysis',
  'Timeline',
  'Investigation Process',
  'Technical Details',
  'Threat Assessment',
  'Recommendations',
  'Lessons Learned',
] as const;
export type SectionName = (typeof SECTIONS)[number];

/** The YAML front matter of a report. Keys are written in this order. Unknown keys are kept. */
export const FrontMatter = z.looseObject({
  title: z.string(),
  codename: z.string(),
  alerts: z.array(z.string()), // source:sourceRef
  status: InvestigationStatus,
  classification: Classification.nullable(),
  confidence: z.number().int().min(0).max(100).nullable(),
  severity: z.object({ original: Severity, assessed: Severity.nullable() }),
  techniques: z.array(z.string()),
  entities: z.array(Entity),
  model: z.string().nullable(), // the label of the model that wrote the draft
  opened: z.string(), // ISO 8601, UTC
  updated: z.string(),
});
export type FrontMatter = z.infer<typeof FrontMatter>;
