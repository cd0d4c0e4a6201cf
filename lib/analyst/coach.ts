import { parseReport, readSection } from '../report/report';
import { timelineRows } from '../report/timeline';
import { coachingNote, NOT_UNDERSTOOD } from './coaching';
import { assessment } from './report/assessment';
import { type CoachedBlock, coachedBlocks } from './report/coached';
import { bullet, type Material } from './report/parts';
import { stepText } from './report/process';
import { timelineLines } from './report/timeline';
import { type Asked, type Context, canonical } from './script';
import { iso } from './time';

/** Rows of one call; the tool takes more, a reader of hunks doesn't. */
const ROWS = 60;

/**
 * Coaching of a report that is there: what was asked for is added to it in small edits, and nothing else is touched. Returns the
 * last words of the run.
 */
export async function coach(context: Context, material: Material): Promise<string> {
  const { coaching, caseFile } = material;
  context.stage('Putting what was found into the report');
  const blocks = coachedBlocks(material).map((block) => blockEdit(caseFile.markdown, block));
  const rows = coaching.timeline || coaching.wider || coaching.unclear ? missingRows(material) : [];
  const edits: Asked[] = [
    ...(changesAssessment(material) ? [{ name: 'report__set_assessment', args: assessment(material) }] : []),
    ...blocks,
    ...(rows.length > 0 ? [{ name: 'report__add_timeline_rows', args: { rows: rows.slice(0, ROWS) } }] : []),
  ];
  const cited = new Set(
    JSON.stringify(edits)
      .match(/(?<=\[E)\d+(?=\])/g)
      ?.map(Number),
  );
  for (const row of rows.slice(0, ROWS)) for (const number of row.evidence) cited.add(number);
  const process = processBlock(material, cited);
  const done = await context.callAll([...edits, ...(process && edits.length > 0 ? [process] : [])]);
  const refused = done.filter((outcome) => !outcome.ok);
  return [
    coaching.unclear ? NOT_UNDERSTOOD : coachingNote(coaching).join(' '),
    coaching.timeline && rows.length === 0 ? 'The timeline lacks none of the rows that the rules look for.' : '',
    edits.length === 0 ? 'Nothing new came of it: the report has it all.' : '',
    rows.length > ROWS
      ? `Of ${rows.length} rows that the timeline lacks the first ${ROWS} were added; ask again for more.`
      : '',
    refused.length > 0 ? `Not written: ${refused.map((outcome) => outcome.text).join(' ')}` : '',
    'By rules, no language model: what the instruction says beyond that was not understood.',
  ]
    .filter(Boolean)
    .join(' ');
}

/** A block that an earlier coaching wrote is replaced, so that asking twice doesn't say it twice. */
function blockEdit(markdown: string, { section, heading, text }: CoachedBlock): Asked {
  const block = `### ${heading}\n\n${text}`;
  const lines = (readSection(parseReport(markdown).body, section) ?? '').split('\n');
  const from = lines.indexOf(`### ${heading}`);
  if (from < 0) return { name: 'report__add_to_section', args: { section, markdown: block } };
  const next = lines.findIndex((line, index) => index > from && /^### /.test(line));
  const old = lines
    .slice(from, next < 0 ? lines.length : next)
    .join('\n')
    .trim();
  return { name: 'report__replace_text', args: { find: old, replace: block } };
}

type Row = { time: string; until?: string; event: string; who: string; source: string; evidence: number[] };

/** Rows of the timeline that the report has not, whatever receipts its own rows cite. */
function missingRows(material: Material): Row[] {
  const there = new Set(
    timelineRows(readSection(material.caseFile.markdown, 'Timeline') ?? '').map(({ cells }) => bare(cells.join(' '))),
  );
  return timelineLines(material)
    .filter((line) => line.numbers.length > 0 && line.at > 0)
    .filter((line) => !there.has(bare([line.when, line.who, line.what, line.from].join(' '))))
    .map((line) => ({
      time: iso(line.at),
      ...(line.last > line.at ? { until: iso(line.last) } : {}),
      event: line.what.slice(0, 2000),
      who: line.who.slice(0, 300),
      source: line.from.slice(0, 200) || 'the alert',
      evidence: line.numbers.slice(0, 20),
    }));
}

const bare = (row: string): string => row.replace(/[\s|\\]+/g, ' ').trim();

/** A verdict is proposed again only when the wider look makes it another one. */
function changesAssessment({ caseFile, judgement }: Material): boolean {
  const { frontMatter } = parseReport(caseFile.markdown);
  return frontMatter !== null && frontMatter.classification !== judgement.classification;
}

/** The queries that the new text rests on and that no earlier run made; asked again, they have new receipts. */
function processBlock({ gathered, caseFile, coaching }: Material, cited: Set<number>): Asked | null {
  const known = caseFile.fresh ? [] : caseFile.earlierEvidence;
  const earlier = new Set(known.map((item) => canonical(`${item.server}__${item.tool}`, item.args)));
  const steps = gathered.steps.filter(
    ({ outcome }) => cited.has(outcome.evidence) && !earlier.has(canonical(outcome.name, outcome.args)),
  );
  if (steps.length === 0) return null;
  const heading = `### Further queries, coaching of ${caseFile.now.slice(0, 16).replace('T', ' ')}Z`;
  const text = `${heading}\n\n${bullet(coachingNote(coaching))}\n\n${steps.map(stepText).join('\n\n')}`;
  return { name: 'report__add_to_section', args: { section: 'Investigation Process', markdown: text } };
}
