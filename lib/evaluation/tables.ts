import { CLASSIFICATIONS } from '../report/schema';
import { toCsv } from '../text/csv';
import type { Comparison } from './compare';
import type { CaseResult, EvaluationRun } from './schema';
import { COSTS, type Proportion, type Summary } from './summarize';

/** What the study measured on its 348 false positives: counts by verdict. */
export const PUBLISHED = {
  alone: { BENIGN: 247, SUSPICIOUS: 50, MALICIOUS: 51 },
  socdown: { BENIGN: 272, SUSPICIOUS: 76, MALICIOUS: 0 },
} as const;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const interval = ({ count, of, share, low, high }: Proportion): string =>
  of === 0 ? '–' : `${count} of ${of}, ${percent(share)} (${percent(low)} to ${percent(high)})`;
const orDash = (share: number | null): string => (share === null ? '–' : percent(share));
const row = (...cells: (string | number)[]): string => `| ${cells.join(' | ')} |`;
const rule = (columns: number): string => `|${'---|'.repeat(columns)}`;

/** An evaluation as Markdown tables; intervals are Wilson's, 95 %. */
export function evaluationTables({ settings, modelLabel }: EvaluationRun, summary: Summary): string {
  const study = settings.suite === 'false-positives' ? PUBLISHED[settings.arm] : null;
  const verdicts = CLASSIFICATIONS.map((name) =>
    row(name, interval(summary.verdicts[name]), study ? `${study[name]} of 348, ${percent(study[name] / 348)}` : '–'),
  );
  const matrix = CLASSIFICATIONS.filter((truth) =>
    CLASSIFICATIONS.some((verdict) => summary.matrix[truth][verdict] > 0),
  ).map((truth) =>
    row(
      truth,
      ...CLASSIFICATIONS.map((verdict) => `${summary.matrix[truth][verdict]} (cost ${COSTS[truth][verdict]})`),
    ),
  );
  const measures: [string, string | number][] = [
    ['Right verdicts', interval(summary.right)],
    ['Benign called BENIGN', interval(summary.benignRight)],
    ['Attacks not called BENIGN', interval(summary.attacksFound)],
    ['Missed attacks', summary.missed.length === 0 ? 'none' : summary.missed.join(', ')],
    ['Cost of wrong verdicts per case', summary.costPerCase.toFixed(2)],
    ['Timeline recall', orDash(summary.timelineRecall)],
    ['Timeline precision', orDash(summary.timelinePrecision)],
    ['Key facts found', orDash(summary.keyFacts)],
    ['Unsupported claims (errors of the checks)', summary.unsupported],
    ['Warnings of the checks', summary.warnings],
    ['Words (median)', summary.medianWords],
    ['Tool calls (median)', summary.medianToolCalls],
    ['Tokens', summary.tokens],
    ['Cost (US dollars)', summary.cost === null ? 'not known' : summary.cost.toFixed(2)],
    ['Seconds per case (median)', summary.medianSeconds],
    ['Failed runs', summary.failed],
  ];
  return [
    `Suite ${settings.suite}, arm ${settings.arm}, ${modelLabel ?? 'no model'}, seed ${settings.seed}: ${summary.cases} investigations.`,
    [row('Verdict', 'Cases', 'Published study'), rule(3), ...verdicts].join('\n'),
    [row('Truth \\ verdict', ...CLASSIFICATIONS), rule(4), ...matrix].join('\n'),
    [row('Measure', 'Value'), rule(2), ...measures.map(([name, value]) => row(name, value))].join('\n'),
  ].join('\n\n');
}

export function comparisonTables(comparison: Comparison, [first, second]: [string, string]): string {
  const { pairs, bothRight, onlyFirstRight, onlySecondRight, p, recall, words, changed } = comparison;
  const span = ({ mean, low, high }: { mean: number; low: number; high: number }, unit: number): string =>
    `${(mean * unit).toFixed(1)} (${(low * unit).toFixed(1)} to ${(high * unit).toFixed(1)})`;
  const rows: [string, string | number][] = [
    ['Cases in both', pairs],
    ['Both right', bothRight],
    [`Only ${first} right`, onlyFirstRight],
    [`Only ${second} right`, onlySecondRight],
    ['McNemar, exact p', p.toFixed(4)],
    ['Timeline recall, difference in points (95 %)', recall ? span(recall, 100) : '–'],
    ['Words, difference (95 %)', span(words, 1)],
  ];
  const cases = changed.map((item) =>
    row(
      `${item.id}#${item.repeat}`,
      item.truth,
      item.first ?? 'failed',
      item.second ?? 'failed',
      `reports/${item.id}.${item.repeat}.md`,
    ),
  );
  return [
    [row('Measure', 'Value'), rule(2), ...rows.map(([name, value]) => row(name, value))].join('\n'),
    cases.length === 0
      ? 'All verdicts are the same.'
      : [row('Changed case', 'Truth', first, second, 'Reports in both folders'), rule(5), ...cases].join('\n'),
  ].join('\n\n');
}

const COLUMNS = [
  'id',
  'repeat',
  'kind',
  'truth',
  'verdict',
  'confidence',
  'timelineRecall',
  'timelinePrecision',
  'keyFacts',
  'unsupported',
  'warnings',
  'words',
  'toolCalls',
  'tokens',
  'cost',
  'seconds',
  'error',
  'report',
] as const;

/** One line a case. No cell can run as a formula. */
export function resultsCsv(results: CaseResult[]): string {
  const cell = (value: CaseResult[(typeof COLUMNS)[number]]): string | number | null =>
    value !== null && typeof value === 'object' ? shareText(value) : value;
  return toCsv([[...COLUMNS], ...results.map((item) => COLUMNS.map((column) => cell(item[column])))]);
}

const shareText = ({ found, of }: { found: number; of: number }): string => (of === 0 ? '' : (found / of).toFixed(3));
