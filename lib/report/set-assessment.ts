import { isProposed } from './assessment';
import { parseReport, patchFrontMatter } from './report';
import type { FrontMatter } from './schema';

/** The same report with the assessment as a person's own. */
export function withAssessmentSet(text: string): string {
  return isProposed(parseReport(text).frontMatter) ? patchFrontMatter(text, { assessment: 'set' }) : text;
}

export type AssessmentFields = Pick<FrontMatter, 'classification' | 'confidence' | 'severity' | 'techniques'>;

/** The same report with fields of its assessment changed by a person, who makes it their own. Unchanged when its front matter can't be read. */
export function withAssessment(text: string, change: Partial<AssessmentFields>): string {
  const { frontMatter } = parseReport(text);
  return patchFrontMatter(text, { ...change, ...(frontMatter?.assessment ? { assessment: 'set' } : {}) });
}
