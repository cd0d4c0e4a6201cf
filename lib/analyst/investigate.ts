import { technique } from '../attack/techniques';
import type { CaseFile } from '../model/model';
import type { SectionName } from '../report/schema';
import { isEmptyReport } from '../report/template';
import { answerQuestion } from './answer';
import { coach } from './coach';
import { NOT_UNDERSTOOD, readCoaching } from './coaching';
import { gather } from './gather';
import { judge } from './judge';
import { noticeTrust } from './notice-trust';
import { assessment } from './report/assessment';
import { fitReport, MOST_WORDS, type Section } from './report/fit';
import { writeHypotheses } from './report/hypotheses';
import { writeLessons } from './report/lessons';
import { NOT_INVESTIGATED } from './report/not-investigated';
import type { Material } from './report/parts';
import { writeProcess } from './report/process';
import { writeRecommendations } from './report/recommendations';
import { writeSummary } from './report/summary';
import { writeTechnical } from './report/technical';
import { writeThreat } from './report/threat';
import { writeTimeline } from './report/timeline';
import { explainVerdict } from './report/verdict';
import { type Context, isObject } from './script';
import type { Detections } from './sigma/load-rules';

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
export async function investigate(context: Context, caseFile: CaseFile, detections: Detections): Promise<string> {
  if (caseFile.kind === 'ask') return answerQuestion(context, caseFile);
  const coaching = readCoaching(caseFile);
  const gathered = await gather(context, caseFile, coaching, detections);
  context.stage('Weighing the hypotheses');
  const judgement = judge(gathered, caseFile.alerts[0]?.severity ?? 'medium', (id) => technique(id)?.tactics ?? []);
  const material: Material = { caseFile, gathered, judgement, coaching, technique };
  if (coaching.instruction !== null && !isEmptyReport(caseFile.markdown)) return coach(context, material);
  context.stage(`Writing the report: ${judgement.classification}, confidence ${judgement.confidence}`);
  const sections = WRITERS.map(([section, write]): Section => [section, writerOf(material, section, write)(material)]);
  const written = await context.callAll([
    { name: 'report__set_assessment', args: assessment(material) },
    ...fitReport(sections, coaching.instruction === null ? MOST_WORDS.plain : MOST_WORDS.asked).map(
      ([section, markdown]) => ({
        name: 'report__write_section',
        args: { section, markdown },
      }),
    ),
  ]);
  const refused = written.filter((outcome) => !outcome.ok);
  if (refused.length > 0)
    return `The report could not be written completely: ${refused.map((outcome) => outcome.text).join(' ')}`;
  return lastWords(material);
}

const writerOf = (
  { gathered }: Material,
  section: SectionName,
  write: (material: Material) => string,
): ((material: Material) => string) => (gathered.notCovered === null ? write : NOT_INVESTIGATED[section]);

/** The record of the run: how the verdict was reached, and what was done about an instruction that was not understood. */
function lastWords(material: Material): string {
  const record = [explainVerdict(material), noticeTrust(material.caseFile)].filter(Boolean).join('\n\n');
  return material.coaching.unclear ? `${NOT_UNDERSTOOD}\n\n${record}` : record;
}

export const isReportCall = (name: string): boolean => name.startsWith('report__');
export const sectionOf = (args: unknown): string => (isObject(args) ? String(args.section ?? '') : '');
