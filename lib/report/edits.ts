import { partialJson } from '../text/partial-json';
import { lowerHeadings } from './headings';
import { type HypothesisStatus, putHypothesis } from './hypotheses';
import { parseReport, readSection, writeSection } from './report';
import { SECTIONS, type SectionName } from './schema';
import { isEmptySection } from './template';
import { addTimelineRows, type TimelineRow } from './timeline';

/** A change to the report's text by a tool. `section` is what changed, or null for a passage anywhere in the body. */
export type Edit =
  | { ok: true; markdown: string; section: SectionName | null; message: string }
  | { ok: false; message: string };

export function replaceText(markdown: string, find: string, replace: string): Edit {
  const { body } = parseReport(markdown);
  const start = body.indexOf(find);
  if (start < 0) {
    return {
      ok: false,
      message:
        'That text is not in the report’s body. Copy it exactly; the front matter is changed by report__set_assessment.',
    };
  }
  if (body.indexOf(find, start + 1) >= 0) {
    return { ok: false, message: 'That text is in the report more than once. Take more of what stands around it.' };
  }
  const changed = body.slice(0, start) + replace + body.slice(start + find.length);
  const head = markdown.slice(0, markdown.length - body.length);
  return { ok: true, markdown: head + changed, section: null, message: 'Replaced.' };
}

/** Puts text at the end of a section; what stands there is not touched, a hint that stands for it goes. */
export function addToSection(markdown: string, section: SectionName, text: string): Edit {
  const added = ownHeadingsOnly(section, text);
  const before = standing(markdown, section);
  const content = before === '' ? added : `${before}\n\n${added}`;
  return {
    ok: true,
    markdown: writeSection(markdown, section, content),
    section,
    message: `Added to "${section}" (${added.length} characters).`,
  };
}

export function addRows(markdown: string, rows: TimelineRow[]): Edit {
  const result = addTimelineRows(standing(markdown, 'Timeline'), rows);
  if (!result.ok) return result;
  const known = result.known > 0 ? `, ${result.known} stood there already` : '';
  return {
    ok: true,
    section: 'Timeline',
    message: `${result.added} row${result.added === 1 ? '' : 's'} added to the timeline${known}.`,
    markdown: result.added === 0 ? markdown : writeSection(markdown, 'Timeline', result.text),
  };
}

export function setHypothesis(
  markdown: string,
  change: { name: string; status: HypothesisStatus; text?: string | undefined; rank?: number | undefined },
): Edit {
  const result = putHypothesis(standing(markdown, 'Hypothesis Analysis'), change);
  if (!result.ok) return result;
  return {
    ok: true,
    section: 'Hypothesis Analysis',
    markdown: writeSection(markdown, 'Hypothesis Analysis', result.text),
    message: `${result.added ? 'Added' : 'Changed'}: "${change.name}" is ${change.status}.`,
  };
}

/**
 * The report as it will be when an edit that is still arriving is done: what the preview shows meanwhile. The text as it is
 * for a tool, or a beginning, that can't be shown yet. Only for showing.
 * @param tool without its prefix; `json` the beginning of its arguments
 */
export function previewEdit(markdown: string, tool: string, json: string): string {
  const args = partialJson(json);
  if (typeof args !== 'object' || args === null) return markdown;
  const { find, replace, section, markdown: text, rows, name, status, rank } = args as Record<string, unknown>;
  const edit = ((): Edit | null => {
    switch (tool) {
      case 'replace_text':
        return typeof find === 'string' && typeof replace === 'string' ? replaceText(markdown, find, replace) : null;
      case 'add_to_section':
        return isSection(section) && typeof text === 'string' && text.trim() !== ''
          ? addToSection(markdown, section, text)
          : null;
      case 'add_timeline_rows':
        return Array.isArray(rows) ? addRows(markdown, rows.flatMap(shownRow)) : null;
      case 'set_hypothesis': {
        const known = (['open', 'supported', 'refuted', 'inconclusive'] as const).find((one) => one === status);
        return typeof name === 'string' && known
          ? setHypothesis(markdown, {
              name,
              status: known,
              ...(typeof text === 'string' ? { text } : {}),
              ...(Number.isInteger(rank) ? { rank: Number(rank) } : {}),
            })
          : null;
      }
      default:
        return null;
    }
  })();
  return edit?.ok ? edit.markdown : markdown;
}

/** A row of which so much has arrived that it can be shown. */
function shownRow(row: unknown): TimelineRow[] {
  if (typeof row !== 'object' || row === null) return [];
  const { time, until, event, who, outcome, source, evidence } = row as Record<string, unknown>;
  if (typeof time !== 'string' || time.length < 19 || typeof event !== 'string' || event === '') return [];
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return [
    {
      time,
      event,
      who: text(who),
      outcome: text(outcome),
      source: text(source),
      ...(typeof until === 'string' && until.length >= 19 ? { until } : {}),
      evidence: Array.isArray(evidence) ? evidence.filter((number): number is number => Number.isInteger(number)) : [],
    },
  ];
}

/** A section's text; '' where only its hint stands. */
function standing(markdown: string, section: SectionName): string {
  const text = readSection(markdown, section);
  return isEmptySection(section, text) ? '' : (text ?? '');
}

const isSection = (name: unknown): name is SectionName => SECTIONS.some((section) => section === name);

/** Drops the section's own heading and lowers others that would start a new section. */
export function ownHeadingsOnly(section: string, content: string): string {
  return lowerHeadings(content, 2, section);
}
