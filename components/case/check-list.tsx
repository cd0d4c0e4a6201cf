'use client';
import { CircleAlert, CircleCheck, TriangleAlert, Wrench } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Spinner } from '@/components/ui/spinner';
import { Unseen } from '@/components/ui/unseen';
import type { CheckFinding, CheckFix } from '@/lib/checks/finding';
import type { Checks } from './use-checks';

type CheckListProps = {
  checks: Checks;
  onLine: (line: number) => void;
  /** Given where the text can be edited: applies a fix. */
  onFix?: (fix: CheckFix) => void;
};

/** The findings of the checks, each with its line. */
export function CheckList({ checks: { report, problem }, onLine, onFix }: CheckListProps) {
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
          No problems found. Every checked number, time, indicator and id matches the cited evidence. The conclusion
          still needs your judgement.
        </span>
      </p>
    );
  }
  return (
    <ul className="flex flex-col gap-1.5">
      {items.map((item) => (
        <li key={keyOf(item)} className="flex gap-2 text-sm">
          {item.severity === 'error' ? (
            <CircleAlert role="img" aria-label="Error" className="mt-1 size-4 shrink-0 text-bad" />
          ) : (
            <TriangleAlert role="img" aria-label="Warning" className="mt-1 size-4 shrink-0 text-medium" />
          )}
          <div className="min-w-0 flex-1">
            <p className="[overflow-wrap:anywhere]">
              <button
                type="button"
                onClick={() => onLine(item.line)}
                className="mr-1.5 min-h-[24px] font-mono text-accent text-xs underline underline-offset-2"
              >
                line {item.line}
              </button>
              <Unseen text={item.message} />
            </p>
            {onFix && item.fix && (
              <Button size="sm" className="mt-1" onClick={() => item.fix && onFix(item.fix)}>
                <Wrench aria-hidden className="size-3.5" /> {item.fix.label}
              </Button>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

/** The position tells two equal findings apart. */
const keyOf = ({ rule, line, column, message }: CheckFinding): string => `${rule} ${line} ${column} ${message}`;

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
