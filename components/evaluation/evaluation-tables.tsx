import Link from 'next/link';
import { CLASSIFICATIONS, ClassificationTag } from '@/components/labels/case-labels';
import { Unseen } from '@/components/ui/unseen';
import type { EvaluationDetail } from '@/lib/evaluation/schema';
import type { Classification } from '@/lib/report/schema';
import { dollars, interval, percent, reportAddress } from './numbers';
import { Rows } from './rows';

type EvaluationTablesProps = {
  evaluation: EvaluationDetail;
  /** What the study measured on the same suite and arm, of 348. */
  published: Record<Classification, number> | null;
  /** What an error costs: by truth, then by verdict. */
  costs: Record<Classification, Record<Classification, number>>;
};

/** Verdicts, confusion matrix, measures and cases. */
export function EvaluationTables({ evaluation, published, costs }: EvaluationTablesProps) {
  const { summary } = evaluation;
  const title = (name: Classification) => name[0] + name.slice(1).toLowerCase();
  return (
    <>
      <Rows
        title="Verdicts"
        columns={['Verdict', 'Cases (95 % interval)', ...(published ? ['Published study'] : [])]}
        rows={CLASSIFICATIONS.map((name) => ({
          key: name,
          cells: [
            <ClassificationTag key="tag" value={name} />,
            interval(summary.verdicts[name]),
            published && `${published[name]} of 348, ${percent(published[name] / 348)}`,
          ],
        }))}
      />
      <Rows
        title="Right verdicts and given verdicts, with the cost of each error"
        columns={['Truth', ...CLASSIFICATIONS.map((name) => `Called ${name.toLowerCase()}`)]}
        rows={CLASSIFICATIONS.map((truth) => ({
          key: truth,
          cells: [
            title(truth),
            ...CLASSIFICATIONS.map((verdict) => {
              const [count, cost] = [summary.matrix[truth][verdict], costs[truth][verdict]];
              return count > 0 && cost > 0 ? `${count} (each costs ${cost})` : count;
            }),
          ],
        }))}
      />
      <Measures evaluation={evaluation} />
      <Cases evaluation={evaluation} />
    </>
  );
}

function Measures({ evaluation: { summary } }: { evaluation: EvaluationDetail }) {
  const measures: [string, string | number][] = [
    ['Right', interval(summary.right)],
    ['Benign called benign', interval(summary.benignRight)],
    ['Attacks not called benign', interval(summary.attacksFound)],
    ['Cost of errors per case', summary.costPerCase.toFixed(2)],
    ['Timeline recall', percent(summary.timelineRecall)],
    ['Timeline precision', percent(summary.timelinePrecision)],
    ['Key facts found', percent(summary.keyFacts)],
    ['Unsupported claims (errors of the checks)', summary.unsupported],
    ['Warnings of the checks', summary.warnings],
    ['Words, median', summary.medianWords],
    ['Tool calls, median', summary.medianToolCalls],
    ['Tokens', summary.tokens.toLocaleString('en')],
    ['Cost', dollars(summary.cost)],
    ['Seconds per case, median', Math.round(summary.medianSeconds)],
    ['Failed', summary.failed],
  ];
  return (
    <Rows
      title="Measures"
      columns={['Measure', 'Value']}
      rows={measures.map(([name, value]) => ({ key: name, cells: [name, value] }))}
    />
  );
}

/** Wrong ones first, then in their order. */
function Cases({ evaluation: { id, results, settings } }: { evaluation: EvaluationDetail }) {
  const isRight = ({ verdict, accept }: EvaluationDetail['results'][number]) =>
    verdict !== null && accept.includes(verdict);
  const sorted = [...results].sort((a, b) => Number(isRight(a)) - Number(isRight(b)));
  return (
    <Rows
      title="Cases"
      columns={['Case', 'Truth', 'Verdict', 'Result', 'Timeline recall', 'Unsupported', 'Words', 'Report']}
      rows={sorted.map((item) => ({
        key: `${item.id}#${item.repeat}`,
        cells: [
          settings.suite === 'replay' ? (
            <Link key="own" href={`/library?q=${encodeURIComponent(item.id)}`} className="text-accent hover:underline">
              {item.id}
            </Link>
          ) : (
            <Unseen key="id" text={item.repeat > 1 ? `${item.id} (${item.repeat})` : item.id} />
          ),
          <ClassificationTag key="truth" value={item.truth} />,
          item.verdict ? (
            <ClassificationTag key="verdict" value={item.verdict} />
          ) : (
            <Unseen key="error" text={item.error ?? 'Failed'} />
          ),
          isRight(item) ? 'Right' : item.truth !== 'BENIGN' && item.verdict === 'BENIGN' ? 'Missed attack' : 'Wrong',
          item.timelineRecall && item.timelineRecall.of > 0
            ? `${item.timelineRecall.found} of ${item.timelineRecall.of}`
            : '–',
          item.unsupported,
          item.words,
          item.report ? (
            <Link
              key="report"
              href={reportAddress(id, item)}
              className="text-accent hover:underline"
              aria-label={`Report of ${item.id}`}
            >
              Open
            </Link>
          ) : (
            '–'
          ),
        ],
      }))}
    />
  );
}
