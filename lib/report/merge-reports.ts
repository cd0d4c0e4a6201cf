import { lowerHeadings } from './headings';
import { readHypotheses } from './hypotheses';
import { renameLabels } from './rename-labels';
import { closed, parseReport, writeSection } from './report';
import { shiftCitations } from './shift-citations';
import { isEmptySection } from './template';
import { joinTables } from './timeline';

/**
 * What becomes of a section of the other report: `whole`, it fills an empty one; `rows`, its table's rows stand among those that are
 * there; `below`, under a heading of its own; `same`, all of it is there already.
 */
export type SectionChange = 'whole' | 'rows' | 'below' | 'same';
export type MergedSection = { name: string; change: SectionChange };

/**
 * Puts another report's text into one, section by section; nothing of either is left out. The evidence numbers of the other are
 * raised by `offset`. The front matter stays that of `into`. Pure; never throws.
 * @param options.codename of the case that the other text is from: its parts stand under "From <codename>"
 */
export function mergeReports(
  into: string,
  from: string,
  options: { codename: string; offset: number },
): { markdown: string; sections: MergedSection[] } {
  let markdown = into.replace(/\r\n?/g, '\n');
  const shifted = shiftCitations(from.replace(/\r\n?/g, '\n'), options.offset);
  const other = parseReport(renameLabels(shifted, markdown, options.codename));
  const sections: MergedSection[] = [];
  for (const { name, known, text } of piecesOf(other, options.codename)) {
    if (text.trim() === '' || (known && isEmptySection(known, text))) continue;
    const current = parseReport(markdown).sections.find((one) => sameSection(one.name, name) && one.level === 2);
    const [joined, change] =
      !current || (current.known && isEmptySection(current.known, current.text))
        ? ([text, 'whole'] as const)
        : joinSection(current.text, text, { name, codename: options.codename });
    if (change !== 'same') markdown = putSection(markdown, { name, known, text: joined });
    sections.push({ name, change });
  }
  return { markdown, sections };
}

type Report = ReturnType<typeof parseReport>;
type Piece = { name: string; known: Report['sections'][number]['known']; text: string };

const sameSection = (a: string, b: string): boolean => plain(a) === plain(b);
const plain = (name: string): string => name.replace(/\s+/g, ' ').trim().toLowerCase();

/** The sections of level 2; what stands before the first, or under a title, is a section of its own. */
function piecesOf(report: Report, codename: string): Piece[] {
  const before = report.markdown.slice(report.markdown.length - report.body.length, report.sections[0]?.start);
  const titled = report.sections.filter(({ level, text }) => level === 1 && text !== '');
  const loose = [before.trim(), ...titled.map(({ name, text }) => `### ${name}\n\n${text}`)].filter(
    (text) => text !== '',
  );
  return [
    ...report.sections.filter(({ level }) => level === 2),
    { name: `From ${codename}`, known: null, text: loose.join('\n\n') },
  ];
}

function joinSection(
  current: string,
  text: string,
  { name, codename }: { name: string; codename: string },
): [string, SectionChange] {
  if (current.trim() === text.trim()) return [current, 'same'];
  if (sameSection(name, 'Hypothesis Analysis'))
    return [`${closed(current)}\n\n${renumbered(current, text, codename)}`, 'below'];
  const isTimeline = sameSection(name, 'Timeline');
  const joined =
    isTimeline || sameSection(name, 'Investigation Process')
      ? joinTables(current, text, isTimeline ? 'time' : 'behind')
      : null;
  if (joined) return [joined.rest === '' ? joined.text : below(joined.text, joined.rest, codename), 'rows'];
  return [below(current, text, codename), 'below'];
}

function below(current: string, text: string, codename: string): string {
  return `${closed(current)}\n\n### From ${codename}\n\n${lowerHeadings(text, 3)}`;
}

/** Hypotheses go on counting; one of a name that is there says where it is from. */
function renumbered(current: string, text: string, codename: string): string {
  const there = readHypotheses(current);
  const last = Math.max(0, ...there.map(({ number }) => number ?? 0));
  const lines = text.split('\n');
  for (const { line, name, number } of readHypotheses(text)) {
    const heading = lines[line - 1] ?? '';
    if (!/^ {0,3}###\s/.test(heading)) continue;
    const from = there.some((one) => plain(one.name) === plain(name)) ? ` (from ${codename})` : '';
    const counted = number === null ? heading : heading.replace(/\d{1,3}/, String(number + last));
    lines[line - 1] = `${counted.replace(/[ \t]+#*[ \t]*$/, '')}${from}`;
  }
  return lines.join('\n');
}

/** A section with another text; at the end, where there is none of its name. */
function putSection(markdown: string, { name, known, text }: Piece): string {
  if (known) return writeSection(markdown, known, text);
  const found = parseReport(markdown).sections.find((one) => one.level === 2 && sameSection(one.name, name));
  const end = `\n\n${closed(text.trim())}\n`;
  if (!found) return `${closed(markdown.trimEnd())}\n\n## ${name}${end}`;
  const after = markdown.slice(found.end);
  return `${markdown.slice(0, found.contentStart).trimEnd()}${end}${after === '' ? '' : `\n${after}`}`;
}
