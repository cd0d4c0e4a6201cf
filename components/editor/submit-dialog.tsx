'use client';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { CheckSummary, errorsIn } from '@/components/case/check-list';
import type { Checks } from '@/components/case/use-checks';
import { ClassificationTag } from '@/components/labels/case-labels';
import { ApiError, api, errorMessage } from '@/components/shell/api';
import { useShortcuts } from '@/components/shell/shortcuts';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { toast } from '@/components/ui/toaster';
import { findIssues, type Issue } from '@/lib/checks/readiness';
import type { InvestigationDetail } from '@/lib/investigations/schema';
import { isProposed } from '@/lib/report/assessment';
import { parseReport } from '@/lib/report/report';
import { withAssessmentSet } from '@/lib/report/set-assessment';
import type { ReviewItem } from '@/lib/reviews/schema';
import { ReviewerChoice } from './reviewer-choice';
import { unknownCitations } from './unknown-citations';
import type { DraftHandle } from './use-draft';

type SubmitDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  investigation: InvestigationDetail;
  handle: DraftHandle;
  evidence: ReadonlySet<number>;
  /** The findings that reviewers will see. */
  checks: Checks;
  running: boolean;
  onLine: (line: number) => void;
  onSubmitted: (review: ReviewItem) => void;
};

/** What is submitted, what must be fixed first, and the button to submit. */
export function SubmitDialog(props: SubmitDialogProps) {
  const { open, onOpenChange, investigation, handle, evidence, checks, running, onLine, onSubmitted } = props;
  const { text } = handle;
  const must = open ? findIssues(text) : [];
  const may = open ? unknownCitations(text, evidence) : [];
  const { chosen, reviewers, setReviewers } = useReviewers(open, investigation.reviewers);
  const { busy, refusal, submit } = useSubmit({
    open,
    investigationId: investigation.id,
    handle,
    chosen,
    onSubmitted: (review) => {
      onSubmitted(review);
      onOpenChange(false);
    },
  });
  const jump = (line: number) => {
    onOpenChange(false);
    // After the dialog has returned the focus.
    setTimeout(() => onLine(line), 50);
  };
  const blocked = must.length > 0 || running;
  // Not the way out: Enter after the keys that opened this submits.
  const submitButton = useRef<HTMLButtonElement>(null);
  useSubmitKey(!open || blocked || busy, () => void submit());
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={blocked ? 'Not ready for review yet' : 'Submit for review'}
      description={purposeOf(running, must.length)}
      {...(blocked ? {} : { initialFocus: submitButton })}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button ref={submitButton} variant="primary" busy={busy} disabled={blocked} onClick={() => void submit()}>
            Submit for review
          </Button>
        </>
      }
    >
      {must.length > 0 ? (
        <Issues items={must} onLine={jump} />
      ) : (
        <Submission investigation={investigation} text={text} checks={checks} version={handle.version()}>
          <section>
            <h3 className="mb-1 text-ink-3">Reviewers</h3>
            <ReviewerChoice chosen={reviewers} onChange={setReviewers} />
          </section>
          <Warnings items={may} onLine={jump} />
        </Submission>
      )}
      {refusal && (
        <p role="alert" className="mt-3 rounded bg-bad-soft px-2 py-1.5 text-bad text-sm">
          {refusal}
        </p>
      )}
    </Dialog>
  );
}

function purposeOf(running: boolean, issues: number): string {
  if (running) return 'A run is still in progress. Wait for it or stop it, then submit.';
  if (issues > 0) return 'Fix these first. Click one to jump to its line.';
  return 'Reviewers decide on exactly this text. You can keep editing; submit again to replace it.';
}

/** `chosen` null: as before, which the server does by itself. Each opening starts over. */
function useReviewers(open: boolean, before: string[]) {
  const [chosen, setReviewers] = useState<string[] | null>(null);
  useEffect(() => {
    if (open) setReviewers(null);
  }, [open]);
  return { chosen, reviewers: chosen ?? before, setReviewers };
}

function useSubmitKey(disabled: boolean, run: () => void): void {
  useShortcuts([{ keys: 'mod+enter', label: 'Submit for review', group: 'Editor', whileTyping: true, disabled, run }]);
}

function Warnings({ items, onLine }: { items: Issue[]; onLine: (line: number) => void }) {
  if (items.length === 0) return null;
  return (
    <div className="rounded border border-line bg-medium-soft p-2">
      <p className="mb-1 text-medium text-xs">Warnings:</p>
      <Issues items={items} onLine={onLine} />
    </div>
  );
}

type Submit = Pick<SubmitDialogProps, 'open' | 'handle' | 'onSubmitted'> & {
  investigationId: string;
  /** null: whoever reviewed before is asked again. */
  chosen: string[] | null;
};

/** Saves the text with its assessment accepted, submits it and requests reviews; `refusal` says why it was not submitted. */
function useSubmit({ open, investigationId, handle, chosen, onSubmitted }: Submit) {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  useEffect(() => {
    if (open) setRefusal(null);
  }, [open]);

  const submit = async () => {
    setBusy(true);
    setRefusal(null);
    try {
      handle.change(withAssessmentSet(handle.text));
      if (!(await handle.whenSaved())) {
        setRefusal('The text is not saved yet. See the save status at the top of the page.');
        return;
      }
      const version = handle.version();
      const review = await api.post('/api/investigations/{id}/reviews', {
        params: { id: investigationId },
        body: { version },
      });
      if (chosen) await requestReviews(review.id, chosen);
      onSubmitted(review);
    } catch (error) {
      if (error instanceof ApiError && error.status === 412) {
        void handle.refresh();
        setRefusal('Someone else saved this report. Read the new text, then submit again.');
      } else setRefusal(errorMessage(error));
    } finally {
      setBusy(false);
    }
  };
  return { busy, refusal, submit };
}

/** The text is submitted by now: who could not be asked is told, and can be asked on the review. */
async function requestReviews(reviewId: string, users: string[]): Promise<void> {
  await api
    .put('/api/reviews/{id}/reviewers', { params: { id: reviewId }, body: { users } })
    .catch((error: unknown) => {
      toast({ kind: 'bad', title: 'Submitted, but no review was requested', description: errorMessage(error) });
    });
}

type SubmissionProps = Pick<SubmitDialogProps, 'investigation' | 'checks'> & {
  text: string;
  version: number;
  children: ReactNode;
};

/** What reviewers get. */
function Submission({ investigation, text, version, checks, children }: SubmissionProps) {
  const { frontMatter } = parseReport(text);
  return (
    <div className="space-y-3 text-sm">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
        <dt className="text-ink-3">Text</dt>
        <dd>
          {text.split('\n').length} lines, draft version {version}
        </dd>
        <dt className="text-ink-3">Classification</dt>
        <dd>
          <ClassificationTag value={frontMatter?.classification ?? null} />
        </dd>
        <dt className="text-ink-3">Confidence</dt>
        <dd>
          {frontMatter?.confidence === null || frontMatter === null ? 'Not stated' : `${frontMatter.confidence} %`}
        </dd>
        {isProposed(frontMatter) && (
          <>
            <dt className="text-ink-3">Assessment</dt>
            <dd className="text-model">Proposed by the model. Submitting accepts it as yours.</dd>
          </>
        )}
        <dt className="text-ink-3">Checks</dt>
        <dd>
          <CheckSummary checks={checks} />
          {errorsIn(checks) > 0 && <span className="block text-ink-2">Errors block approval unless overridden.</span>}
        </dd>
        <dt className="text-ink-3">Compared with</dt>
        <dd>
          {investigation.approved
            ? `Approved revision ${investigation.approved.number}`
            : 'Nothing: no revision is approved yet'}
        </dd>
        <dt className="text-ink-3">Path</dt>
        <dd className="font-mono text-xs [overflow-wrap:anywhere]">{investigation.path}</dd>
      </dl>
      {children}
    </div>
  );
}

function Issues({ items, onLine }: { items: Issue[]; onLine: (line: number) => void }) {
  return (
    <ul className="space-y-1 text-sm">
      {items.map((item) => (
        <li key={item.message} className="flex gap-2">
          <button
            type="button"
            className="min-h-[24px] shrink-0 font-mono text-accent text-xs hover:underline"
            onClick={() => onLine(item.line)}
          >
            line {item.line}
          </button>
          <span className="text-ink [overflow-wrap:anywhere]">{item.message}</span>
        </li>
      ))}
    </ul>
  );
}
