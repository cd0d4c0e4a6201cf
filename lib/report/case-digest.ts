import { cut, textOf } from './plain-text';
import { parseReport } from './report';
import type { SectionName } from './schema';
import type { Section } from './sections';
import { isEmptySection } from './template';

/** A person's act on the case: `2026-01-02 approved by Ada: reason`. */
export type Decision = { at: Date; what: string; who: string; note: string | null };

const MAX_MOMENTS = 8;
const MAX_LINE = 220;
const MAX_DIGEST = 3000;

/**
 * What a later case should know of an approved one: the moments of its timeline, what became of its hypotheses, what was
 * decided. A Markdown list from the text itself, nothing is made up; '' when it has none of these.
 */
export function caseDigest(markdown: string, decisions: Decision[]): string {
  const report = parseReport(markdown);
  const { frontMatter } = report;
  const section = (name: SectionName) => {
    const found = report.section(name);
    return isEmptySection(name, found?.text ?? null) ? null : found;
  };
  const moments = spread(rowsOf(section('Timeline')), MAX_MOMENTS);
  const hypotheses = listItems(section('Hypothesis Analysis')).filter((line) => VERDICT.test(line));
  const actions = listItems(section('Recommendations'));
  const changed = frontMatter?.severity.assessed && frontMatter.severity.assessed !== frontMatter.severity.original;
  const lines = [
    ...moments.map((row) => `Moment: ${row}`),
    ...hypotheses.slice(0, 4).map((line) => `Hypothesis: ${line}`),
    ...(changed ? [`Severity: ${frontMatter.severity.original}, assessed ${frontMatter.severity.assessed}`] : []),
    ...decisions
      .slice(-6)
      .map(
        ({ at, what, who, note }) =>
          `Decision: ${at.toISOString().slice(0, 16)}Z ${what} by ${who}${note ? `: ${note}` : ''}`,
      ),
    ...actions.slice(0, 3).map((line) => `Recommended: ${line}`),
  ];
  return cut(lines.map((line) => `- ${short(line)}`).join('\n'), MAX_DIGEST);
}

/** The points of a section's lists, as plain lines. */
export function listItems(section: Section | null): string[] {
  return (section?.blocks ?? []).filter(({ kind }) => kind === 'item').map((item) => short(textOf(item)));
}

const VERDICT = /\b(?:confirm|refut|reject|ruled out|support|unlikely|likely|open|status)/i;

/** The rows of a section's tables, cells joined; a timeline that is a list gives its points. */
function rowsOf(section: Section | null): string[] {
  const rows = section?.blocks.filter(({ kind }) => kind === 'row') ?? [];
  return rows.length > 0 ? rows.map((row) => short(textOf(row, ' · '))) : listItems(section);
}

/** The first, the last, and others evenly between them. */
function spread(rows: string[], most: number): string[] {
  if (rows.length <= most) return rows;
  return Array.from({ length: most }, (_, n) => rows[Math.round((n * (rows.length - 1)) / (most - 1))] ?? '');
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > MAX_LINE ? `${cut(line, MAX_LINE - 1)}…` : line;
}
