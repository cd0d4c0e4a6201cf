import type { CheckContext } from '../context';
import type { Finding } from '../messages';
import { finding } from '../messages';
import { findFormErrors } from '../readiness';

/** The front matter can be read and has a conclusion; every section is there. */
export function checkForm({ markdown, lines, frontMatter }: CheckContext): Finding[] {
  const findings = findFormErrors(markdown);
  if (!frontMatter || frontMatter.confidence !== null) return findings;
  const line = lines.findIndex((text) => text.startsWith('confidence:')) + 1 || 1;
  const place = { line, column: 1, endColumn: (lines[line - 1]?.length ?? 0) + 1 };
  return [...findings, finding('front-matter', 'error', place, 'confidence-missing', {})];
}
