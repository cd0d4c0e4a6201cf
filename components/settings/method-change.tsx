'use client';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useState } from 'react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import type { ChangeEvaluation } from '@/lib/evaluation/evaluate-change';
import type { MethodChange } from '@/lib/method/schema';
import type { Effect } from '@/lib/tuning/schema';
import { ChangeEvaluationSection, type Suites } from './change-evaluation';
import { EffectSection } from './effect';
import { ChangeStatus, fileHref } from './method-labels';
import { ProblemLines } from './problem-lines';
import { Section } from './section';

const DiffView = dynamic(() => import('@/components/case/diff-view').then((file) => file.DiffView), { ssr: false });
type Decision = 'approve' | 'reject' | 'withdraw';
type Props = {
  change: MethodChange;
  me: string;
  mayDecide: boolean;
  /** Of a detection. */
  effect: Effect | null;
  evaluation: ChangeEvaluation | null;
  suites: Suites | null;
};

/** One proposed change: the difference, what is wrong with it, and the decision. */
export function MethodChangePage({ change: initial, me, mayDecide, effect, evaluation, suites }: Props) {
  const [change, setChange] = useState(initial);
  const isOpen = change.status === 'open';
  return (
    <>
      <p className="mb-2 text-sm">
        <Link href="/settings/method" className="text-accent hover:underline">
          Method
        </Link>
        {' / '}
        <Link href={fileHref(change.path)} className="font-mono text-accent text-xs hover:underline">
          {change.path}
        </Link>
      </p>
      <Section
        title={`Change to ${change.path}`}
        lead={<Unseen text={change.note} />}
        action={<ChangeStatus status={change.status} />}
      >
        <p className="mb-3 text-ink-2 text-sm">
          Proposed by {change.author.name}, <Time value={change.createdAt} />.
          {change.decidedBy && (
            <>
              {' '}
              {DONE[change.status]} by {change.decidedBy.name}
              {change.decidedAt && (
                <>
                  , <Time value={change.decidedAt} />
                </>
              )}
              .
            </>
          )}
          {change.commit && (
            <>
              {' '}
              Commit <span className="font-mono">{change.commit.slice(0, 8)}</span>.
            </>
          )}
          {change.status === 'approved' && !change.commit && ' The commit follows in a moment.'}
        </p>
        {change.decisionNote && (
          <p className="mb-3 border-line border-l-2 pl-3 text-sm">
            <Unseen text={change.decisionNote} />
          </p>
        )}
        <ProblemLines title="It can’t be approved as it is:" problems={change.problems} />
        {!change.isCurrent && (
          <Problem className="mb-4">
            The file has changed since this was proposed. Withdraw or reject it, and propose it again on the new text.
          </Problem>
        )}
        <div className="overflow-x-auto rounded-md border border-line">
          <DiffView before={change.before} after={change.text} split={false} />
        </div>
      </Section>
      {effect && <EffectSection effect={effect} />}
      {(evaluation || isOpen) && (
        <ChangeEvaluationSection
          changeId={change.id}
          evaluation={evaluation}
          suites={isOpen && change.problems.length === 0 ? suites : null}
        />
      )}
      {isOpen && <Decide change={change} isAuthor={change.author.id === me} mayDecide={mayDecide} onDone={setChange} />}
    </>
  );
}

const DONE = { open: '', approved: 'Approved', rejected: 'Rejected', withdrawn: 'Withdrawn', conflicted: 'Approved' };

type DecideProps = {
  change: MethodChange;
  isAuthor: boolean;
  mayDecide: boolean;
  onDone: (change: MethodChange) => void;
};

function Decide({ change, isAuthor, mayDecide, onDone }: DecideProps) {
  const [note, setNote] = useState('');
  const { busy, problem, send } = useRequest<Decision>();
  const decide = (decision: Decision) =>
    send(decision, async () =>
      onDone(
        await api.post('/api/method/changes/{id}/decision', {
          params: { id: change.id },
          body: { decision, hash: change.hash, note },
        }),
      ),
    );
  const usable = change.problems.length === 0 && change.isCurrent;
  if (!mayDecide && !isAuthor)
    return <p className="text-ink-2 text-sm">Changes are decided by reviewers, leads and admins.</p>;
  return (
    <Section title="Decision">
      {isAuthor && (
        <p className="mb-3 text-ink-2 text-sm">You proposed this change, so someone else must approve it.</p>
      )}
      {mayDecide && !isAuthor && (
        <Field label="Note" hint="Needed to reject." className="mb-3">
          {(control) => (
            <Input {...control} value={note} maxLength={1000} onChange={(event) => setNote(event.target.value)} />
          )}
        </Field>
      )}
      <Problem className="mb-3">{problem}</Problem>
      <div className="flex flex-wrap gap-2">
        {mayDecide && !isAuthor && (
          <>
            <Button
              variant="primary"
              disabled={!usable}
              busy={busy === 'approve'}
              onClick={() => void decide('approve')}
            >
              Approve
            </Button>
            <Button variant="danger" busy={busy === 'reject'} onClick={() => void decide('reject')}>
              Reject
            </Button>
          </>
        )}
        {isAuthor && (
          <Button busy={busy === 'withdraw'} onClick={() => void decide('withdraw')}>
            Withdraw
          </Button>
        )}
      </div>
    </Section>
  );
}
