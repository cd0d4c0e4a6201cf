import Link from 'next/link';
import { ARM_LABEL } from '@/components/labels/evaluation-labels';
import { Button } from '@/components/ui/button';
import { Time } from '@/components/ui/time';
import type { EvaluationItem } from '@/lib/evaluation/schema';
import { Rows } from './rows';
import { EvaluationStatusTag } from './status-tag';

const SELECT = 'h-8 max-w-64 rounded-md border border-line-strong bg-surface px-2 text-sm';

/** Evaluations, newest first, and a form that compares two of them. */
export function EvaluationList({ items }: { items: EvaluationItem[] }) {
  const withResults = items.filter(({ done }) => done > 0);
  return (
    <>
      <Rows
        title="Evaluations"
        columns={['Evaluation', 'Started', 'Status', 'Done', 'Investigated by', 'Model', 'By']}
        rows={items.map((item) => ({
          key: item.id,
          cells: [
            <Link key="id" href={`/evaluations/${item.id}`} className="text-accent hover:underline">
              {item.id}
            </Link>,
            <Time key="at" value={item.startedAt} />,
            <EvaluationStatusTag key="status" value={item.status} />,
            item.total > 0 ? `${item.done} of ${item.total}` : '–',
            ARM_LABEL[item.settings.arm],
            item.modelLabel ?? item.settings.model ?? '–',
            item.startedBy?.name ?? 'Command line',
          ],
        }))}
      />
      {withResults.length > 1 && (
        <form action="/evaluations/compare" className="flex flex-wrap items-center gap-2 text-sm">
          <Choice name="a" label="First" items={withResults} initial={withResults[1]?.id} />
          <Choice name="b" label="Second" items={withResults} initial={withResults[0]?.id} />
          <Button type="submit">Compare case by case</Button>
        </form>
      )}
    </>
  );
}

type ChoiceProps = { name: string; label: string; items: EvaluationItem[]; initial: string | undefined };

function Choice({ name, label, items, initial }: ChoiceProps) {
  return (
    <select name={name} aria-label={`${label} evaluation`} defaultValue={initial} className={SELECT}>
      {items.map(({ id }) => (
        <option key={id} value={id}>
          {id}
        </option>
      ))}
    </select>
  );
}
