import { Severity } from '../alerts/schema';
import { techniquesIn } from '../attack/techniques';
import { replaceUnseen } from '../text/invisible-characters';
import { formatReport, parseReport, type Report } from './report';
import { CLASSIFICATIONS, type Classification, type FrontMatter } from './schema';

/** A report with a front matter, and what of its header could not be told for sure. */
export type Understood = { markdown: string; frontMatter: FrontMatter; notes: string[] };

const EMOJI: Record<string, Classification> = { '🟢': 'BENIGN', '🟡': 'SUSPICIOUS', '🔴': 'MALICIOUS' };

/**
 * A report of the original project, whose header is bold fields (`**Alert ID**: …`) and whose verdict is an emoji and a word, as one with
 * a front matter; its text stays as it is. One that has a front matter already is taken with it. Nothing is guessed: what the header
 * doesn't say is null, and noted.
 * @param place what the path says: codename, and the day and minute it was opened.
 */
export function understandReport(markdown: string, place: { codename: string; openedAt: Date }): Understood {
  const own = parseReport(markdown);
  if (own.frontMatter) return { markdown, frontMatter: own.frontMatter, notes: [] };
  const notes: string[] = [];
  const fields = boldFields(own);
  const field = (name: string): string | null => fields.get(name.toLowerCase()) ?? null;
  const severity = (name: string): Severity | null => {
    const text = field(name);
    const words = Severity.options.filter((word) => text?.toLowerCase().includes(word));
    if (words.length !== 1) notes.push(text ? `${name} "${cut(text)}" is not a known severity` : `no ${name}`);
    return words.at(-1) ?? null; // of "High-Critical" the higher
  };
  const heading = own.blocks.find(({ kind, level, text }) => kind === 'heading' && level === 1 && text.trim() !== '');
  const title = heading?.text.replace(/^Investigation:?\s*(?=\S)/i, '').trim() ?? null;
  if (!title) notes.push('no title');
  const alert = field('Alert ID');
  if (!alert) notes.push('no Alert ID');
  const id = field('Investigation ID');
  if (id && id !== place.codename) notes.push(`Investigation ID "${cut(id)}" is not the codename in its file name`);
  const frontMatter: FrontMatter = {
    title: cut(title ?? place.codename),
    codename: place.codename,
    alerts: alert ? [`imported:${cut(alert)}`] : [],
    status: /progress|open|draft/i.test(field('Status') ?? '') ? 'draft' : 'approved',
    classification: classificationOf(field('Classification'), notes),
    confidence: confidenceOf(field('Confidence'), notes),
    severity: { original: severity('Original Severity') ?? 'medium', assessed: severity('Assessed Severity') },
    techniques: techniquesIn([markdown]),
    entities: [], // those of the text are found when it is indexed
    model: field('Investigator') && cut(field('Investigator') ?? ''),
    opened: timeOf(field('Start Time'), place.openedAt).toISOString(),
    updated: timeOf(field('End Time'), place.openedAt).toISOString(),
  };
  const finding = field('Key Finding');
  const withSummary = finding ? { ...frontMatter, summary: cut(finding, 600) } : frontMatter;
  return {
    markdown: formatReport(withSummary, `\n${markdown.replace(/^\uFEFF/, '').trimStart()}`),
    frontMatter,
    notes,
  };
}

/** The lines `**Name**: value` of paragraphs and list items, by the name in lower case; of a repeated one the first. */
function boldFields(report: Report): Map<string, string> {
  const fields = new Map<string, string>();
  for (const block of report.blocks.filter(({ kind }) => kind === 'paragraph' || kind === 'item')) {
    for (const { 0: line, index, groups } of block.text.matchAll(
      /^[ \t]*(?<name>[^:\n]{1,60}):[ \t]*(?<value>.*)$/gm,
    )) {
      const { name = '', value = '' } = groups ?? {};
      const at = report.offsetOf(block, index + line.indexOf(name));
      const isBold = report.markdown.slice(at - 2, at) === '**';
      const key = name.trim().toLowerCase();
      if (isBold && value.trim() !== '' && !fields.has(key)) fields.set(key, value.trim());
    }
  }
  return fields;
}

function classificationOf(text: string | null, notes: string[]): Classification | null {
  const words = CLASSIFICATIONS.filter((word) => text?.toUpperCase().includes(word));
  const signs = Object.keys(EMOJI)
    .filter((sign) => text?.includes(sign))
    .map((sign) => EMOJI[sign]);
  // The template's own line names all three: nothing was chosen.
  const [chosen] = words.length === 1 ? words : words.length === 0 && signs.length === 1 ? signs : [];
  if (!chosen)
    notes.push(
      text ? `Classification "${cut(text)}" names ${words.length === 0 ? 'none' : 'several'}` : 'no Classification',
    );
  return chosen ?? null;
}

function confidenceOf(text: string | null, notes: string[]): number | null {
  const percent = Number(/(\d{1,3})\s*%/.exec(text ?? '')?.[1] ?? Number.NaN);
  if (percent >= 0 && percent <= 100) return percent;
  notes.push(text ? `Confidence "${cut(text)}" has no number` : 'no Confidence');
  return null;
}

function timeOf(text: string | null, otherwise: Date): Date {
  const time = new Date(text ?? '');
  return Number.isNaN(time.getTime()) || time.getFullYear() < 1990 ? otherwise : time;
}

function cut(text: string, length = 200): string {
  return [...replaceUnseen(text, () => ' ')].slice(0, length).join('').trim();
}
