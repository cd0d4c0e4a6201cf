import { type AlertItem, type Severity, severityRank } from '../alerts/schema';
import { replaceUnseen } from '../text/invisible-characters';
import { formatReport, parseReport, readSection } from './report';
import { type FrontMatter, SECTIONS, type SectionName } from './schema';

/** What each section is for, as the method says it. In a new report they stand where the text will be, in italics, and count as empty. */
export const SECTION_HINTS: Record<SectionName, string> = {
  'Executive Summary':
    'What happened, to whom, how sure and why, what was not looked at, what to do now: five sentences at most, then up to six key findings.',
  'Hypothesis Analysis':
    'Two to four explanations, ranked, at least one benign and one malicious; what speaks for and against each.',
  Timeline:
    'What happened, in UTC and in order, before, during and after the alert: 40 rows at most, each with its evidence.',
  'Investigation Process':
    'One row per query: evidence, question, source and range, rows, what it showed. Then the gaps.',
  'Technical Details': 'Indicators, defanged; accounts, keys, addresses, hosts and what each one did.',
  'Threat Assessment':
    'The ATT&CK techniques that evidence supports, what was read, changed or taken, and what could come next.',
  Recommendations: 'Immediate, short-term and long-term; each names the exact key, role, rule or setting.',
  'Lessons Learned':
    'What would have made this faster or more certain: missing logs, noisy rules, gaps in this investigation.',
};

/** Hints of reports that were opened by an earlier version: they still say nothing. */
const EARLIER_HINTS: Partial<Record<SectionName, string>> = {
  'Executive Summary':
    'What happened, what it means and what to do first, in five sentences that a busy reader can act on.',
  'Hypothesis Analysis':
    'Two to four explanations, ranked, at least one benign and one malicious; what confirmed or refuted each.',
  Timeline: 'Every event that matters, in UTC and in order, before, during and after the alert, each with its receipt.',
  'Investigation Process':
    'Each query so that someone else can repeat it: tool, exact query, time range, findings, what it means.',
  'Threat Assessment': 'The ATT&CK techniques that evidence supports, how far it got, and how sure this is.',
  Recommendations: 'Immediate, short-term and long-term; each with who should do it and why.',
};

/** Every hint that a report may still have. */
export const ALL_HINTS: string[] = [...Object.values(SECTION_HINTS), ...Object.values(EARLIER_HINTS)];

/** Whether a section says nothing yet: not there, blank, or only its hint. */
export function isEmptySection(name: SectionName, text: string | null): boolean {
  const said = (text ?? '').trim();
  return said === '' || said === hint(name) || said === `_${EARLIER_HINTS[name]}_`;
}

/** Whether all of a report's sections are empty: a run's text may then become the draft itself. */
export function isEmptyReport(markdown: string): boolean {
  const { body } = parseReport(markdown);
  return SECTIONS.every((name) => isEmptySection(name, readSection(body, name)));
}

type Subject = Pick<
  AlertItem,
  'source' | 'sourceRef' | 'title' | 'severity' | 'occurredAt' | 'techniques' | 'entities'
>;

/** The front matter of a new investigation from its alerts (at least one), and the empty sections. */
export function newReport(alerts: Subject[], codename: string, openedAt: Date): string {
  const opened = openedAt.toISOString();
  const frontMatter: FrontMatter = {
    title: investigationTitle(alerts),
    codename,
    alerts: alerts.map(alertName),
    status: 'draft',
    classification: null,
    confidence: null,
    severity: { original: highestSeverity(alerts), assessed: null },
    techniques: [...new Set(alerts.flatMap((alert) => alert.techniques))],
    entities: entitiesOf(alerts),
    model: null,
    opened,
    updated: opened,
  };
  const sections = SECTIONS.map((name) => `## ${name}\n\n${hint(name)}\n`);
  return formatReport(frontMatter, `\n${sections.join('\n')}`);
}

export function highestSeverity(alerts: Pick<Subject, 'severity'>[]): Severity {
  const ranked = [...alerts].sort((a, b) => severityRank(b.severity) - severityRank(a.severity));
  return ranked[0]?.severity ?? 'medium';
}

/** An alert as a front matter names it. */
export const alertName = ({ source, sourceRef }: Pick<Subject, 'source' | 'sourceRef'>): string =>
  `${source}:${plainLine(sourceRef, 500)}`;

/** The title of the most severe alert (the earliest of several), as one line of plain text. */
export function investigationTitle(alerts: Pick<Subject, 'severity' | 'occurredAt' | 'title'>[]): string {
  const [first] = [...alerts].sort(
    (a, b) => severityRank(b.severity) - severityRank(a.severity) || a.occurredAt.localeCompare(b.occurredAt),
  );
  const more = alerts.length > 1 ? ` (and ${alerts.length - 1} more)` : '';
  return `${plainLine(first?.title ?? '', 200) || 'Alert without a title'}${more}`;
}

/**
 * The first 200 distinct ones, and no more than fit a front matter that stays readable; all of them are with the alerts.
 * Long values (a URL with a payload, a command line) are left out here.
 */
export function entitiesOf(alerts: Pick<Subject, 'entities'>[]): FrontMatter['entities'] {
  const distinct = new Map(
    alerts.flatMap((alert) => alert.entities).map((entity) => [`${entity.kind}\n${entity.value}`, entity]),
  );
  let room = 60_000;
  return [...distinct.values()].slice(0, 200).flatMap(({ kind, value }) => {
    const line = plainLine(value, 2048);
    room -= line.length;
    return line === '' || line.length > 500 || room < 0 ? [] : [{ kind, value: line }];
  });
}

/** Untrusted text on one line: no line breaks, no control or direction characters, no half characters. */
function plainLine(text: string, maxLength: number): string {
  return replaceUnseen(text, (_, kind) => (kind === 'control' ? ' ' : ''))
    .replace(/\s+/g, ' ')
    .slice(0, maxLength)
    .replace(/\p{Cs}/gu, '')
    .trim();
}

function hint(name: SectionName): string {
  return `_${SECTION_HINTS[name]}_`;
}
