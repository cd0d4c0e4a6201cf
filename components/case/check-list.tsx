'use client';
import { CircleAlert, CircleCheck, TriangleAlert, Wrench } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { Spinner } from '@/components/ui/spinner';
import { Unseen } from '@/components/ui/unseen';
import type { CheckFinding, CheckFix } from '@/lib/checks/finding';
import { type ListedFinding, listFindings, listKey } from './combine-findings';
import type { Checks } from './use-checks';
import { isDismissible } from './use-dismissal';

type CheckListProps = {
  checks: Checks;
  onLine: (line: number) => void;
  /** Given where the text can be edited: applies a fix. */
  onFix?: ((fix: CheckFix) => void) | undefined;
  /** Given where a model's findings can be dismissed. */
  onDismiss?: ((finding: CheckFinding) => void) | undefined;
  /** The text was changed since: fixes wait for the next findings, in their places, so that the list stays calm. */
  isStale?: boolean | undefined;
  /** The key of the finding that the keys are at. */
  current?: string | undefined;
};

/** The findings of the checks, errors first, each with its line. */
export function CheckList({ checks: { report, problem }, onLine, onFix, onDismiss, isStale, current }: CheckListProps) {
  if (!report && !problem) {
    return (
      <p className="flex items-center gap-2 text-ink-2 text-sm">
        <Spinner /> Checking the report against its evidence…
      </p>
    );
  }
  if (problem) return <p className="text-bad text-sm">The checks failed: {problem}</p>;
  const items = report?.items ?? [];
  if (items.length === 0) {
    return (
      <p className="flex items-start gap-2 text-sm">
        <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-good" />
        <span>
          No problems found. Every checked number, time, indicator and ID matches the cited evidence. The conclusion
          still needs your judgement.
        </span>
      </p>
    );
  }
  const { errors, warnings } = listFindings(items);
  const own = { onLine, onFix, onDismiss, isStale, current };
  return (
    <div className="flex flex-col gap-3">
      {errors.length > 0 && <Part title="Errors" findings={errors} {...own} />}
      {warnings.length > 0 && <Part title="Warnings" findings={warnings} {...own} />}
    </div>
  );
}

type PartProps = Omit<CheckListProps, 'checks'> & { title: string; findings: ListedFinding[] };

function Part({ title, findings, current, ...acts }: PartProps) {
  return (
    <section aria-label={title}>
      <p aria-hidden className="mb-1 font-medium text-ink-2 text-xs">
        {title} ({findings.length})
      </p>
      <ul className="flex flex-col gap-1.5">
        {findings.map((item) => (
          <Item key={listKey(item)} item={item} {...acts} isCurrent={listKey(item) === current} />
        ))}
      </ul>
    </section>
  );
}

type ItemProps = Omit<CheckListProps, 'checks' | 'current'> & { item: ListedFinding; isCurrent: boolean };

function Item({ item, onLine, onFix, onDismiss, isStale, isCurrent }: ItemProps) {
  const { fix } = item;
  return (
    <li className={cx('-mx-1.5 flex gap-2 rounded px-1.5 text-sm', isCurrent && 'bg-selected')}>
      {item.severity === 'error' ? (
        <CircleAlert role="img" aria-label="Error" className="mt-1 size-4 shrink-0 text-bad" />
      ) : (
        <TriangleAlert role="img" aria-label="Warning" className="mt-1 size-4 shrink-0 text-medium" />
      )}
      <div className="min-w-0 flex-1">
        <p className="[overflow-wrap:anywhere]">
          <button
            type="button"
            data-finding={listKey(item)}
            onClick={() => onLine(item.line)}
            className="mr-1.5 min-h-[24px] font-mono text-accent text-xs underline underline-offset-2"
          >
            line {item.line}
          </button>
          <Unseen text={item.message} />
          {item.also.length > 0 && (
            <>
              {' '}
              The same for <Unseen text={item.also.join(', ')} />.
            </>
          )}
        </p>
        <span className="flex flex-wrap gap-1.5">
          {onFix && fix && (
            <Button size="sm" className="mt-1" disabled={isStale} onClick={() => onFix(fix)}>
              <Wrench aria-hidden className="size-3.5" /> {fix.label}
            </Button>
          )}
          {onDismiss && isDismissible(item) && (
            <Button size="sm" variant="quiet" className="mt-1" onClick={() => onDismiss(item)}>
              Dismiss
            </Button>
          )}
        </span>
      </div>
    </li>
  );
}

/** The findings in one line: "2 errors, 1 warning". */
export function CheckSummary({ checks }: { checks: Checks }) {
  const { report, problem } = checks;
  if (problem) return <span className="text-bad">The checks failed: {problem}</span>;
  if (!report) return <Spinner />;
  const errors = errorsIn(checks);
  const warnings = report.items.length - errors;
  const counts = [
    errors > 0 && `${errors} ${errors === 1 ? 'error' : 'errors'}`,
    warnings > 0 && `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`,
  ].filter(Boolean);
  return <span className={errors > 0 ? 'text-bad' : undefined}>{counts.join(', ') || 'No problems found'}</span>;
}

export const errorsIn = ({ report }: Checks): number =>
  report?.items.filter(({ severity }) => severity === 'error').length ?? 0;
