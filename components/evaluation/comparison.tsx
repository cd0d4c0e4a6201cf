import Link from 'next/link';
import { ClassificationTag, classificationOf } from '@/components/labels/case-labels';
import type { ComparisonView } from '@/lib/evaluation/schema';
import { reportAddress } from './numbers';
import { Rows } from './rows';

/** Two evaluations as numbers, and the cases whose verdict changed with both reports. */
export function Comparison({ comparison }: { comparison: ComparisonView }) {
  const { first, second, pairs, bothRight, onlyFirstRight, onlySecondRight, p, recall, words, changed } = comparison;
  const span = ({ mean, low, high }: { mean: number; low: number; high: number }, unit: number): string =>
    `${(mean * unit).toFixed(1)} (${(low * unit).toFixed(1)} to ${(high * unit).toFixed(1)})`;
  const measures: [string, string | number][] = [
    ['Cases in both', pairs],
    ['Both right', bothRight],
    ['Only the first right', onlyFirstRight],
    ['Only the second right', onlySecondRight],
    ['McNemar’s exact test of the verdicts, p', p.toFixed(4)],
    ['Timeline recall, second minus first, points (95 %)', recall ? span(recall, 100) : '–'],
    ['Words, second minus first (95 %)', span(words, 1)],
  ];
  return (
    <>
      <p className="text-ink-2 text-sm">
        First: <EvaluationLink id={first.id} /> ({first.modelLabel ?? 'no model'}). Second:{' '}
        <EvaluationLink id={second.id} /> ({second.modelLabel ?? 'no model'}).
      </p>
      <Rows
        title="Numbers"
        columns={['Measure', 'Value']}
        rows={measures.map(([name, value]) => ({ key: name, cells: [name, value] }))}
      />
      {changed.length === 0 ? (
        <p className="text-ink-2 text-sm">All verdicts are the same.</p>
      ) : (
        <Rows
          title="Cases whose verdict changed"
          columns={['Case', 'Truth', 'First', 'Second', 'Reports']}
          rows={changed.map((item) => ({
            key: `${item.id}#${item.repeat}`,
            cells: [
              item.id,
              <ClassificationTag key="truth" value={classificationOf(item.truth)} />,
              <ClassificationTag key="first" value={classificationOf(item.first)} />,
              <ClassificationTag key="second" value={classificationOf(item.second)} />,
              <span key="reports" className="flex gap-3">
                <Link
                  href={reportAddress(first.id, item)}
                  className="text-accent hover:underline"
                  aria-label={`First report of ${item.id}`}
                >
                  First
                </Link>
                <Link
                  href={reportAddress(second.id, item)}
                  className="text-accent hover:underline"
                  aria-label={`Second report of ${item.id}`}
                >
                  Second
                </Link>
              </span>,
            ],
          }))}
        />
      )}
    </>
  );
}

function EvaluationLink({ id }: { id: string }) {
  return (
    <Link href={`/evaluations/${id}`} className="text-accent underline underline-offset-2">
      {id}
    </Link>
  );
}
