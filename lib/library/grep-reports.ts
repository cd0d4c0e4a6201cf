import { z } from 'zod';
import { refang } from '../alerts/entities';
import { type Actor, authorize } from '../auth/guard';
import { pool } from '../db/client';
import { AppError } from '../errors/app-error';
import { InvestigationHit } from '../investigations/schema';
import { parseReport } from '../report/report';
import { searchInvestigations } from './search-investigations';

/** One line of an approved report that has the text. `line` is 1-based, in the approved text. */
const ReportLine = z.object({
  case: z.string(),
  classification: InvestigationHit.shape.classification,
  section: z.string(),
  line: z.number(),
  text: z.string(),
});
export type ReportLine = z.infer<typeof ReportLine>;

/** Reports that are read for one search, and lines that one of them gives at most. */
const MAX_REPORTS = 100;
const LINES_EACH = 8;
const LINE_CHARS = 400;

/**
 * Lines of approved reports that have a text, in any case of letters, as `grep -i` gives them; best reports first.
 * @throws AppError bad_request for a text under 3 characters
 */
export async function grepReports(
  actor: Actor,
  text: string,
  limit: number,
  options: { exclude?: string } = {},
): Promise<{ lines: ReportLine[]; truncated: boolean }> {
  authorize(actor, 'library.search');
  const wanted = refang(text.trim()).toLowerCase();
  if (wanted.length < 3) throw new AppError('bad_request', 'text: Enter at least 3 characters.');
  const words = text.trim().replaceAll('"', ' ');
  const q = /\s/.test(words) ? `"${words}"` : words;
  const byWords = await searchInvestigations(actor, { q, status: 'approved', limit: MAX_REPORTS }, options);
  // The index knows beginnings of words; a text inside of one is looked for in the newest reports.
  const page =
    byWords.items.length > 0
      ? byWords
      : await searchInvestigations(actor, { status: 'approved', limit: MAX_REPORTS }, options);
  const texts = await approvedTexts(page.items.map(({ id }) => id));
  const lines = page.items.flatMap((item) => linesWith(item, texts.get(item.id) ?? '', wanted));
  return { lines: lines.slice(0, limit), truncated: lines.length > limit || page.nextCursor !== null };
}

async function approvedTexts(ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await pool().query<{ id: string; markdown: string }>(
    `SELECT DISTINCT ON (investigation_id) investigation_id AS id, markdown FROM revisions
     WHERE investigation_id = ANY($1::uuid[]) AND approved_at IS NOT NULL ORDER BY investigation_id, number DESC`,
    [ids],
  );
  return new Map(rows.map(({ id, markdown }) => [id, markdown]));
}

function linesWith(item: InvestigationHit, markdown: string, wanted: string): ReportLine[] {
  const { sections } = parseReport(markdown);
  const sectionAt = (line: number) =>
    sections.findLast((section) => section.line <= line && line <= section.endLine)?.name ?? '';
  return markdown
    .split(/\r\n?|\n/)
    .flatMap((line, index) => (refang(line).toLowerCase().includes(wanted) ? [{ line: index + 1, text: line }] : []))
    .slice(0, LINES_EACH)
    .map(({ line, text }) => ({
      case: item.codename,
      classification: item.assessment === 'set' ? item.classification : null,
      section: sectionAt(line),
      line,
      text: text.trim().slice(0, LINE_CHARS),
    }));
}
