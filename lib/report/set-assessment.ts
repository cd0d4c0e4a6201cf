import { isProposed } from './assessment';
import { parseReport, patchFrontMatter } from './report';

/** The same report with the assessment as a person's own. */
export function withAssessmentSet(text: string): string {
  return isProposed(parseReport(text).frontMatter) ? patchFrontMatter(text, { assessment: 'set' }) : text;
}
