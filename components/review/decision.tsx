'use client';
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { errorMessage } from '@/components/shell/api';
import { Button } from '@/components/ui/button';
import { Field, Textarea } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import type { CheckFinding } from '@/lib/checks/finding';
import { useKeptText } from './kept-text';
import type { ReviewHandle } from './use-review';

/** The server refuses a shorter reason too. */
const MIN_REASON = 10;
/** One reason covers as many errors; more need one for each rule. */
const MAX_AT_ONCE = 3;

type DecisionProps = {
  handle: ReviewHandle;
  /** Errors that the checks found in this text; null while they run. */
  errors: CheckFinding[] | null;
};

/** Approve or request changes, for the revision that is shown. Pending comments are submitted with it. */
export function Decision({ handle, errors }: DecisionProps) {
  const { review } = handle;
  const [note, setNote] = useKeptText(`review.note.${review.id}`);
  const [reason, setReason] = useKeptText(`review.override.${review.id}`);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState<'approve' | 'request_changes' | null>(null);
  const { given, needed } = review.approvals;
  const count = errors?.length ?? 0;
  const many = count > MAX_AT_ONCE;
  const rules = [...new Set((errors ?? []).map(({ rule }) => rule))];
  const approvals = (given.length > 0 || needed > 1) && (
    <p className="text-ink-2 text-xs">
      {given.length} of {needed} {needed === 1 ? 'approval' : 'approvals'}
      {given.length > 0 &&
        `: ${given.map(({ by, carriedFrom }) => by.name + (carriedFrom ? ` (revision ${carriedFrom}, same text)` : '')).join(', ')}`}
    </p>
  );
  if (!review.decision.allowed) {
    return (
      <>
        <p className="rounded-md bg-sunken px-3 py-2 text-ink-2 text-sm">{review.decision.reason}</p>
        {approvals}
        <Problem>{problem}</Problem>
      </>
    );
  }
  const decide = async (decision: 'approve' | 'request_changes') => {
    setBusy(decision);
    setProblem('');
    try {
      await handle.decide({
        decision,
        ...(note.trim() ? { note } : {}),
        ...(decision === 'approve' ? overridesOf(reason, many ? rules : []) : {}),
      });
      setNote('');
      setReason('');
    } catch (error) {
      setProblem(errorMessage(error));
    } finally {
      setBusy(null);
    }
  };
  const unresolved = review.threads.filter(({ resolved }) => resolved === null).length;
  const kept = review.threads.flatMap(({ comments }) => comments).filter(({ pending }) => pending).length;
  const reasons = many ? rules.map((rule) => reasonFor(reason, rule)) : [reason];
  const blocked = count > 0 && !review.overrideReason && reasons.some((one) => one.trim().length < MIN_REASON);
  return (
    <div className="flex flex-col gap-2">
      {approvals}
      {count > 0 &&
        (many ? rules : ['']).map((rule) => (
          <Field
            key={rule}
            label={rule === '' ? 'Reason for overriding the checks' : `Reason for overriding: ${rule}`}
            hint={
              review.overrideReason
                ? `Earlier reason: ${review.overrideReason}`
                : 'Recorded with each finding in the audit log, and in the commit.'
            }
          >
            {(control) => (
              <Textarea
                {...control}
                rows={2}
                value={rule === '' ? reason : reasonFor(reason, rule)}
                onChange={(event) =>
                  setReason(rule === '' ? event.target.value : withReason(reason, rule, event.target.value))
                }
              />
            )}
          </Field>
        ))}
      <Field label="Note" hint="Required when you request changes without a comment.">
        {(control) => <Textarea {...control} rows={3} value={note} onChange={(event) => setNote(event.target.value)} />}
      </Field>
      {kept > 0 && (
        <p className="text-ink-2 text-xs">
          {kept} pending {kept === 1 ? 'comment is' : 'comments are'} submitted with the decision.
        </p>
      )}
      {unresolved > 0 && (
        <p className="flex items-start gap-1.5 rounded-md bg-medium-soft px-3 py-2 text-ink text-xs">
          <TriangleAlert aria-hidden className="mt-px size-3.5 shrink-0 text-medium" />
          {unresolved === 1 ? 'A thread is' : `${unresolved} threads are`} unresolved. Approving leaves{' '}
          {unresolved === 1 ? 'it' : 'them'} open.
        </p>
      )}
      {review.openTasks > 0 && (
        <p className="text-ink-2 text-xs">
          {review.openTasks === 1 ? '1 task is' : `${review.openTasks} tasks are`} still open. Approving leaves{' '}
          {review.openTasks === 1 ? 'it' : 'them'} open.
        </p>
      )}
      <Problem>{problem}</Problem>
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" busy={busy === 'approve'} disabled={blocked} onClick={() => decide('approve')}>
          Approve revision {review.revision.number}
        </Button>
        <Button busy={busy === 'request_changes'} onClick={() => decide('request_changes')}>
          Request changes
        </Button>
      </div>
    </div>
  );
}

type Reasons = Record<string, string>;

/** Reasons by rule, kept as one text in the browser. */
function readReasons(text: string): Reasons {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Reasons) : {}; // written by withReason
  } catch {
    return {};
  }
}

const reasonFor = (text: string, rule: string): string => readReasons(text)[rule] ?? '';
const withReason = (text: string, rule: string, reason: string): string =>
  JSON.stringify({ ...readReasons(text), [rule]: reason });

function overridesOf(text: string, rules: CheckFinding['rule'][]) {
  if (rules.length === 0) return text.trim() ? { override: text } : {};
  const overrides = rules.flatMap((rule) => {
    const reason = reasonFor(text, rule).trim();
    return reason === '' ? [] : [{ rule, reason }];
  });
  return overrides.length > 0 ? { overrides } : {};
}
