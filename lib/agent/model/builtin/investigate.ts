import { technique } from '../../../attack/techniques';
import type { SectionName } from '../../../investigations/schema';
import type { CaseFile } from '../model';
import { readCoaching } from './coaching';
import { gather } from './gather';
import { type Judgement, judge } from './judge';
import { writeLessons, writeRecommendations } from './report/advice';
import { writeHypotheses } from './report/hypotheses';
import type { Material } from './report/parts';
import { writeProcess } from './report/process';
import { writeSummary } from './report/summary';
import { writeTechnical } from './report/technical';
import { techniquesOf, writeThreat } from './report/threat';
import { writeTimeline } from './report/timeline';
import { type Context, isObject } from './script';

const WRITERS: [SectionName, (material: Material) => string][] = [
  ['Executive Summary', writeSummary],
  ['Hypothesis Analysis', writeHypotheses],
  ['Timeline', writeTimeline],
  ['Investigation Process', writeProcess],
  ['Technical Details', writeTechnical],
  ['Threat Assessment', writeThreat],
  ['Recommendations', writeRecommendations],
  ['Lessons Learned', writeLessons],
];

/**
 * The whole investigation, from alerts to written report. Replayed from the start on every turn over the results there are,
 * so it must be deterministic. Returns the last words of the run.
 */
export async function investigate(context: Context, caseFile: CaseFile): Promise<string> {
  const coaching = readCoaching(caseFile.instruction);
  const gathered = await gather(context, caseFile, coaching);
  context.stage('Weighing the hypotheses');
  const judgement = judge(gathered, caseFile.alerts[0]?.severity ?? 'medium', (id) => technique(id)?.tactics ?? []);
  const material: Material = { caseFile, gathered, judgement, coaching, technique };
  context.stage(`Writing the report: ${judgement.classification}, confidence ${judgement.confidence}`);
  const written = await context.callAll([
    { name: 'report__set_assessment', args: assessment(material) },
    ...WRITERS.map(([section, write]) => ({
      name: 'report__write_section',
      args: { section, markdown: fitting(write(material)) },
    })),
  ]);
  const refused = written.filter((outcome) => !outcome.ok);
  if (refused.length > 0)
    return `The report could not be written completely: ${refused.map((outcome) => outcome.text).join(' ')}`;
  return lastWords(material);
}

/** A section holds 200,000 characters; one over it is cut at a line and says so. */
function fitting(markdown: string): string {
  const most = 190_000;
  if (markdown.length <= most) return markdown;
  return `${markdown.slice(0, markdown.lastIndexOf('\n', most))}\n\nThe rest of this section is left out: it is longer than a section may be.`;
}

function assessment({ judgement, gathered }: Material): Record<string, unknown> {
  return {
    classification: judgement.classification,
    confidence: judgement.confidence,
    assessed_severity: judgement.severity,
    techniques: techniquesOf(judgement.findings, technique).slice(0, 50),
    summary: oneLine(judgement, gathered.cases.length > 0),
  };
}

/** A line for lists: no text from logs in it. */
function oneLine(judgement: Judgement, seen: boolean): string {
  if (!seen)
    return 'Nothing that the alert names was found in the logs that were searched; undecided for want of evidence.';
  const serious = judgement.findings.filter((finding) => finding.points > 0 && finding.level !== 'low');
  if (judgement.classification === 'BENIGN')
    return 'Routine operation: the same identity did the same on earlier days from the same address with the same tool, and nothing unexplained was found.';
  if (serious.length === 0) return 'Only low-level findings, but no baseline that explains them.';
  const list = [...new Set(serious.map((finding) => `${finding.did}${finding.attempt ? ' (attempt)' : ''}`))];
  return `The identities of the alert: ${list.slice(0, 6).join('; ')}.`;
}

function lastWords({ judgement, coaching }: Material): string {
  const said = `${judgement.classification}, confidence ${judgement.confidence} of 100, by the rules stated under Hypothesis Analysis.`;
  return coaching.unclear
    ? `${said} I have no language model and could not tell what the instruction asks for; I made a deeper pass with a wider window instead.`
    : said;
}

export const isReportCall = (name: string): boolean => name.startsWith('report__');
export const sectionOf = (args: unknown): string => (isObject(args) ? String(args.section ?? '') : '');
