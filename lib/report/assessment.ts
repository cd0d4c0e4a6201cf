import type { FrontMatter } from './schema';

/** Whether classification, confidence, severity and techniques are a model's proposal that nobody has made theirs yet. */
export const isProposed = (frontMatter: FrontMatter | null): boolean => frontMatter?.assessment === 'proposed';

/** Whose the assessment is: `proposed` by a model, `set` by a person, null while there is none. */
export function assessmentOf(frontMatter: FrontMatter): 'proposed' | 'set' | null {
  if (frontMatter.classification === null) return null;
  return isProposed(frontMatter) ? 'proposed' : 'set';
}
