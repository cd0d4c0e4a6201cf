import { withoutCitations } from './citations';
import { hypothesesIn } from './hypotheses';
import { cut, plainText, textOf } from './plain-text';
import { parseReport } from './report';
import type { SectionName } from './schema';
import type { Section } from './sections';
import { isEmptySection } from './template';
import { timelineRows } from './timeline';

/** A person's act on the case: `2026-01-02 approved by Ada: reason`. */
export type Decision = { at: Date; what: string; who: string; note: string | null };

const MAX_MOMENTS = 8;
const MAX_DECISIONS = 10;
const MAX_LINE = 220;
const MAX_DIGEST = 3000;

/**
 * What a later case should know of an approved one: the consequential rows of its timeline, its hypotheses by their status, what
 * people decided, overrode and noted. A Markdown list from the text itself, nothing is made up; '' when it has none of these.
 * Its evidence numbers are left out: in another case they name other records.
 */
export function caseDigest(markdown: string, decisions: Decision[]): string {
  const report = parseReport(markdown);
  const { frontMatter } = report;
  const section = (name: SectionName) => {
    const found = report.section(name);
    return isEmptySection(name, found?.text ?? null) ? null : found;
  };
  const moments = mostConsequential(timelineLines(section('Timeline')), MAX_MOMENTS);
  const hypotheses = hypothesesIn(markdown, section('Hypothesis Analysis'));
  const actions = listItems(section('Recommendations'));
  const changed = frontMatter?.severity.assessed && frontMatter.severity.assessed !== frontMatter.severity.original;
  const lines = [
    ...moments.map((row) => `Moment: ${row}`),
    ...hypotheses.slice(0, 4).map(({ name, status }) => `Hypothesis ${status ?? 'open'}: ${name}`),
    ...(changed ? [`Severity: ${frontMatter.severity.original}, assessed ${frontMatter.severity.assessed}`] : []),
    ...decisions
      .slice(-MAX_DECISIONS)
      .map(
        ({ at, what, who, note }) =>
          `Decision: ${at.toISOString().slice(0, 16)}Z ${what} by ${who}${note ? `: ${note}` : ''}`,
      ),
    ...actions.slice(0, 3).map((line) => `Recommended: ${line}`),
  ];
  return cut(lines.map((line) => `- ${short(withoutCitations(line))}`).join('\n'), MAX_DIGEST);
}

/** The points of a section's lists, as plain lines. */
export function listItems(section: Section | null): string[] {
  return (section?.blocks ?? []).filter(({ kind }) => kind === 'item').map((item) => short(textOf(item)));
}

/** The rows of a section's tables without their heads and evidence, cells joined; a timeline that is a list gives its points. */
function timelineLines(section: Section | null): string[] {
  const rows = timelineRows(section?.text ?? '');
  if (rows.length === 0) return listItems(section);
  return rows.map(({ cells }) => short(plainText(cells.filter(Boolean).join(' · '))));
}

/** What changes who can do what, what hides it, what is read or taken, and what was refused; looking around is none of these. */
const CONSEQUENTIAL: [RegExp, number][] = [
  [
    /\b(?:Create|Delete|Put|Attach|Detach|Update|Add|Remove|Modify|Set|Enable|Disable|Stop|Terminate|Reset|Grant|Authorize)[A-Z]\w*/,
    3,
  ],
  [
    /\b(?:created?|deleted?|stopped|disabled?|attached|granted|added|removed|changed|terminated|reset|shared|made public)\b/i,
    2,
  ],
  [/\b(?:keys?|users?|roles?|polic(?:y|ies)|trails?|logging|secrets?|snapshots?|MFA|admin\w*|root|passwords?)\b/i, 2],
  [/\b(?:downloaded|exfiltrat\w*|copied|exported|taken|stolen|encrypted)\b/i, 3],
  // Data that was read: calls of the clouds, and words.
  [
    /\bGet(?:Object|SecretValue|Parameters?|PasswordData)\b|\bobjects\.get\b|\bMailItemsAccessed\b|\bread(?:s|ing)?\b/i,
    2,
  ],
  [/\b(?:denied|refused|failed|failure|Unauthorized\w*|AccessDenied)\b/i, 2],
  [/\b(?:AssumeRole|ConsoleLogin|signed in|log-?[io]ns?)\b/i, 1],
];

/** The rows that weigh most, in their order; rows of one weight are taken from all over the timeline. */
function mostConsequential(rows: string[], most: number): string[] {
  if (rows.length <= most) return rows;
  const weights = rows.map((row) =>
    CONSEQUENTIAL.reduce((sum, [pattern, weight]) => sum + (pattern.test(row) ? weight : 0), 0),
  );
  const chosen = new Set<number>();
  for (const weight of [...new Set(weights)].sort((a, b) => b - a)) {
    const same = rows.flatMap((_, at) => (weights[at] === weight ? [at] : []));
    for (const at of spread(same, most - chosen.size)) chosen.add(at);
    if (chosen.size >= most) break;
  }
  return rows.filter((_, at) => chosen.has(at));
}

/** The first, the last, and others evenly between them. */
function spread<T>(items: T[], most: number): T[] {
  if (items.length <= most) return items;
  if (most <= 1) return items.slice(0, Math.max(0, most));
  return Array.from({ length: most }, (_, n) => items[Math.round((n * (items.length - 1)) / (most - 1))] as T); // within the list
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > MAX_LINE ? `${cut(line, MAX_LINE - 1)}…` : line;
}
