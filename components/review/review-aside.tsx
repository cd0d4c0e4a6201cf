'use client';
import type { ReactNode } from 'react';
import { CheckSummary } from '@/components/case/check-list';
import { factCheckWords } from '@/components/case/fact-check-words';
import { PrecedentGuard } from '@/components/case/precedent-guard';
import type { Checks } from '@/components/case/use-checks';
import { ClassificationTag, classificationOf } from '@/components/labels/case-labels';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import type { ReviewDetail } from '@/lib/reviews/schema';
import { Composer } from './composer';
import { Decision } from './decision';
import { Outcome } from './outcome';
import { Finding } from './overrides';
import { Reviewers } from './reviewers';
import { Thread } from './thread';
import type { ReviewHandle } from './use-review';

type ReviewAsideProps = {
  handle: ReviewHandle;
  checks: Checks;
  /** The assessment is a model's proposal that nobody has accepted. */
  proposed: boolean;
  onLine: (line: number) => void;
  onChecks: () => void;
};

/** The facts of a review, a summary of its checks, the decision, and the comments on the whole report. */
export function ReviewAside({ handle, checks, proposed, onLine, onChecks }: ReviewAsideProps) {
  const { review } = handle;
  const { investigation, revision } = review;
  const found = checks.report?.items.length ?? 0;
  return (
    <div className="flex flex-col gap-4 p-4">
      <Facts handle={handle} proposed={proposed} />
      {review.decisionNote && <Quoted label="Note">{review.decisionNote}</Quoted>}
      <Overridden review={review} onLine={onLine} />
      <PrecedentGuard investigationId={investigation.id} version={revision.id} />
      <section className="flex flex-col gap-2 border-line border-t pt-3">
        <h2 className="font-semibold text-sm">Checks</h2>
        <p className="flex flex-wrap items-center gap-2 text-sm" data-testid="check-summary">
          <CheckSummary checks={checks} />
          {found > 0 && (
            <Button size="sm" onClick={onChecks}>
              Show checks
            </Button>
          )}
        </p>
        {checks.report && (
          <p className="text-ink-2 text-xs" data-testid="fact-check-state">
            Fact check: {factCheckWords(checks.report.factCheck).join(' ')}
            {checks.report.factCheck.lastAt && (
              <>
                {' '}
                Last read <Time value={checks.report.factCheck.lastAt} />.
              </>
            )}
          </p>
        )}
      </section>
      <section id="decision" tabIndex={-1} className="flex flex-col gap-2 border-line border-t pt-3">
        <h2 className="font-semibold text-sm">Decision</h2>
        {review.status === 'open' ? (
          <Decision
            handle={handle}
            onLine={onLine}
            errors={checks.report?.items.filter(({ severity }) => severity === 'error') ?? null}
          />
        ) : (
          <Outcome review={review} />
        )}
      </section>
      <Comments handle={handle} onLine={onLine} />
    </div>
  );
}

/** What was submitted, by whom, and who decides or decided. */
function Facts({ handle, proposed }: Pick<ReviewAsideProps, 'handle' | 'proposed'>) {
  const { review } = handle;
  const { investigation, revision } = review;
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-baseline gap-x-3 gap-y-1 text-sm">
      <dt className="text-ink-3">Revision</dt>
      <dd>
        {revision.number} <span className="font-mono text-ink-3 text-xs">{revision.contentHash.slice(0, 12)}</span>
      </dd>
      <dt className="text-ink-3">Last approved</dt>
      <dd>{review.baseRevision ? `Revision ${review.baseRevision.number}` : 'None yet'}</dd>
      <dt className="text-ink-3">Assessment</dt>
      <dd className="flex flex-wrap items-center gap-x-2">
        <ClassificationTag value={classificationOf(investigation.classification)} />
        {investigation.confidence !== null && (
          <span className="text-ink-2">{investigation.confidence} % confidence</span>
        )}
        {proposed && <Badge tone="model">Proposed by the model</Badge>}
      </dd>
      <dt className="text-ink-3">Submitted</dt>
      <dd>
        {review.submittedBy.name}, <Time value={review.submittedAt} />
      </dd>
      <dt className="text-ink-3">Reviewers</dt>
      <dd>
        <Reviewers handle={handle} />
      </dd>
      {review.decidedBy && review.decidedAt && (
        <>
          <dt className="text-ink-3">Decided</dt>
          <dd>
            {review.decidedBy.name}, <Time value={review.decidedAt} />
          </dd>
        </>
      )}
    </dl>
  );
}

/** The threads on the whole report, and where those on lines are. */
function Comments({ handle, onLine }: Pick<ReviewAsideProps, 'handle' | 'onLine'>) {
  const { review } = handle;
  const { threads } = review;
  const onLines = threads.filter((thread) => thread.line !== null);
  const onWhole = threads.filter((thread) => thread.line === null);
  const pending = threads.some(({ comments }) => comments.some(({ pending }) => pending));
  return (
    <section className="flex flex-col gap-2 border-line border-t pt-3">
      <h2 className="font-semibold text-sm">Comments</h2>
      {onLines.length > 0 && (
        <p className="text-ink-2 text-xs">
          On lines:{' '}
          {onLines.slice(0, 12).map(({ id, line }) => (
            <button
              key={id}
              type="button"
              onClick={() => line !== null && onLine(line)}
              className="mr-1.5 min-h-[24px] text-accent underline underline-offset-2"
            >
              {line}
            </button>
          ))}
        </p>
      )}
      {onWhole.map((thread) => (
        <Thread key={thread.id} thread={thread} handle={handle} />
      ))}
      {review.status !== 'superseded' && (
        <Composer
          label="Comment on the whole report"
          name={`review.comment.${review.id}`}
          onSend={(body, later) => handle.comment(body, {}, later)}
        />
      )}
      {pending && (
        <Button size="sm" className="self-start" onClick={() => void handle.send()}>
          Submit pending comments
        </Button>
      )}
    </section>
  );
}

/** Errors that an approval has overridden, by reason; of older reviews only the reason is known. */
function Overridden({ review, onLine }: { review: ReviewDetail; onLine: (line: number) => void }) {
  const { overrides, overrideReason } = review;
  if (overrides.length === 0) return overrideReason && <Quoted label="Checks overridden">{overrideReason}</Quoted>;
  const reasons = [...new Set(overrides.map(({ reason }) => reason))];
  return reasons.map((reason) => (
    <div key={reason} className="flex flex-col gap-1">
      <Quoted label="Checks overridden">{reason}</Quoted>
      <ul className="flex flex-col gap-1 px-3">
        {overrides
          .filter((one) => one.reason === reason)
          .map((one) => (
            <Finding key={one.key} error={one} onLine={onLine} />
          ))}
      </ul>
    </div>
  ));
}

function Quoted({ label, children }: { label: ReactNode; children: string }) {
  return (
    <div className="rounded-md bg-sunken px-3 py-2 text-sm">
      <p className="text-ink-2 text-xs">{label}</p>
      <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">
        <Unseen text={children} />
      </p>
    </div>
  );
}
