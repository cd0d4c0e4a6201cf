import { citedNumbers } from '../report/citations';
import { parseReport, readSection } from '../report/report';
import { timelineRows } from '../report/timeline';
import { plural } from '../text/phrases';
import { NOT_UNDERSTOOD } from './coaching';
import { lookUp } from './look-up';
import { aboutBlock } from './report/about';
import type { Line } from './report/across-machines';
import { assessment } from './report/assessment';
import { type CoachedBlock, coachedBlocks } from './report/coached';
import { directAnswers, inThisCase } from './report/direct-answers';
import { namedAnswers } from './report/named-answers';
import { type Material, wordCount } from './report/parts';
import { queryTable } from './report/process';
import { writeShortSummary, writeSummary } from './report/summary';
import { timelineLines, topLines } from './report/timeline';
import { type Asked, type Context, canonical } from './script';
import { iso } from './time';

/**
 * Coaching of a report that is there: the question is answered first, then what was asked for is added in small edits and nothing
 * else is touched. Returns the answer.
 */
export async function coach(context: Context, material: Material): Promise<string> {
  const { coaching, caseFile } = material;
  context.stage('Answering, and proposing changes to the report');
  const named = await lookUp(context, material.gathered, coaching.instruction ?? '');
  const asked = namedAnswers(named, coaching.instruction ?? '');
  // A plain question is answered by the rows of its look-up: nothing else is asked for.
  const others = asked.length > 0 ? [] : coachedBlocks(named.length > 0 ? aboutThem(material) : material);
  const blocks = [...named.map(aboutBlock), ...others];
  const shorter = coaching.shorter ? shortenSummary(material) : null;
  const people = asked.length > 0 ? [] : inThisCase(named, material);
  const direct = [...asked, ...people, ...directAnswers(material), ...(shorter ? [shorter.answer] : [])];
  const rows = coaching.timeline || coaching.wider ? missingRows(material) : [];
  const edits: Asked[] = [
    ...(coaching.wider && changesAssessment(material)
      ? [{ name: 'report__set_assessment', args: assessment(material) }]
      : []),
    ...(shorter?.edits ?? []),
    ...blocks.flatMap((block) => blockEdit(caseFile.markdown, block)),
    ...(rows.length > 0 ? [{ name: 'report__add_timeline_rows', args: { rows } }] : []),
  ];
  // What is only cut has no new query.
  const process = edits.length > (shorter?.edits.length ?? 0) ? processBlock(material, citedIn(edits, rows)) : null;
  const done = await context.callAll([...edits, ...(process ? [process] : [])]);
  const refused = done.filter((outcome) => !outcome.ok);
  return [
    ...direct,
    ...blocks.map((block) => block.answer),
    coaching.timeline || coaching.wider ? timelineAnswer(rows.length) : '',
    coaching.unclear && blocks.length === 0 ? NOT_UNDERSTOOD : '',
    edits.length === 0 && blocks.length > 0 ? 'No changes needed; the report already covers this.' : '',
    refused.length > 0 ? `Not written: ${refused.map((outcome) => outcome.text).join(' ')}` : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/** The paragraph of the summary in fewer sentences, where it is still the analyst's own: others' words it can't shorten. */
function shortenSummary(material: Material): { answer: string; edits: Asked[] } {
  const [now = ''] = (readSection(material.caseFile.markdown, 'Executive Summary') ?? '').trim().split('\n\n');
  const [own = ''] = writeSummary(material).split('\n\n');
  const short = writeShortSummary(material);
  const isOwn = withoutCitations(now) === withoutCitations(own);
  if (withoutCitations(now) === withoutCitations(short) || (isOwn && wordCount(short) >= wordCount(own)))
    return { answer: 'The summary can’t be shorter without losing what happened or what to do.', edits: [] };
  if (!isOwn)
    return {
      answer:
        'The summary has been edited since the built-in analyst wrote it. It can shorten only its own words; a language model can shorten any.',
      edits: [],
    };
  return {
    answer: `The summary in ${wordCount(short)} words instead of ${wordCount(own)} is proposed: what happened and what to do. How sure, and what was searched, stay in the sections below.`,
    edits: [{ name: 'report__replace_text', args: { find: now, replace: short } }],
  };
}

/** "Who is eve?" is answered by what eve did; only "who else" asks about everybody. */
function aboutThem(material: Material): Material {
  const { coaching } = material;
  const everybody = /\b(?:else|others?)\b/i.test(coaching.instruction ?? '');
  return everybody ? material : { ...material, coaching: { ...coaching, others: false } };
}

const timelineAnswer = (count: number): string =>
  count === 0
    ? 'The timeline already has every consequential episode that the rules find.'
    : `The timeline lacked ${plural(count, 'row')}; they are proposed in their place.`;

/** A block that an earlier coaching wrote is replaced; one that says the same already is left alone. */
function blockEdit(markdown: string, { section, heading, answer, text }: CoachedBlock): Asked[] {
  const block = `### ${heading}\n\n${[answer, text].filter(Boolean).join('\n\n')}`;
  const lines = (readSection(parseReport(markdown).body, section) ?? '').split('\n');
  const from = lines.indexOf(`### ${heading}`);
  if (from < 0) return [{ name: 'report__add_to_section', args: { section, markdown: block } }];
  const next = lines.findIndex((line, index) => index > from && /^### /.test(line));
  const old = lines
    .slice(from, next < 0 ? lines.length : next)
    .join('\n')
    .trim();
  return withoutCitations(old) === withoutCitations(block)
    ? []
    : [{ name: 'report__replace_text', args: { find: old, replace: block } }];
}

const withoutCitations = (text: string): string => text.replace(/\s*\[E[\dE–]+\]/g, '').trim();

type Row = { time: string; until?: string; event: string; who: string; outcome: string; evidence: number[] };

/** Consequential episodes that the timeline has no row for. */
function missingRows(material: Material): Row[] {
  const there = timelineRows(readSection(material.caseFile.markdown, 'Timeline') ?? '');
  return topLines(timelineLines(material))
    .filter((line) => line.numbers.length > 0 && line.at > 0)
    .filter((line) => !there.some((row) => isSame(row, line)))
    .map((line) => ({
      time: iso(line.at),
      ...(line.last > line.at ? { until: iso(line.last) } : {}),
      event: line.action.slice(0, 2000),
      who: line.actor.slice(0, 300),
      outcome: line.outcome.slice(0, 100),
      evidence: line.numbers.slice(0, 20),
    }));
}

/** A row about the same second and the same action is that line, however a person has worded it since. */
function isSame(row: { at: number | null; cells: string[] }, line: Line): boolean {
  if (row.at === null || Math.floor(row.at / 1000) !== Math.floor(line.at / 1000)) return false;
  const text = bare(row.cells.join(' '));
  const [, named] = /`([^`]+)`/.exec(line.action) ?? [];
  return named ? text.includes(bare(named)) : text.includes(bare(line.action).slice(0, 20));
}

const bare = (text: string): string => text.replace(/[\s|\\`[\]]+/g, '').toLowerCase();

/** A verdict is proposed again only when the wider look changes it. */
function changesAssessment({ caseFile, judgement }: Material): boolean {
  const { frontMatter } = parseReport(caseFile.markdown);
  return frontMatter !== null && frontMatter.classification !== judgement.classification;
}

function citedIn(edits: Asked[], rows: Row[]): Set<number> {
  return new Set([...citedNumbers(JSON.stringify(edits)), ...rows.flatMap(({ evidence }) => evidence)]);
}

/** The queries that the new text rests on and that no earlier run made; made again, they have new evidence. */
function processBlock({ gathered, caseFile }: Material, cited: Set<number>): Asked | null {
  const known = caseFile.fresh ? [] : caseFile.earlierEvidence;
  const earlier = new Set(known.map((item) => canonical(`${item.server}__${item.tool}`, item.args)));
  const steps = gathered.steps.filter(({ outcome }) => {
    // A record has the question beside its arguments.
    const { question: _question, ...args } = outcome.args;
    return cited.has(outcome.evidence) && !earlier.has(canonical(outcome.name, args));
  });
  if (steps.length === 0) return null;
  const markdown = `### Further queries\n\n${queryTable(steps)}`;
  return { name: 'report__add_to_section', args: { section: 'Investigation Process', markdown } };
}
