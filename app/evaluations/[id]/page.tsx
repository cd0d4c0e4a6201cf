import type { Metadata } from 'next';
import Link from 'next/link';
import { requireActor } from '@/app/current-actor';
import { EvaluationTables } from '@/components/evaluation/evaluation-tables';
import { RunActions } from '@/components/evaluation/run-actions';
import { EvaluationStatusTag } from '@/components/evaluation/status-tag';
import { Page } from '@/components/shell/page';
import { buttonClass } from '@/components/ui/button-class';
import { can } from '@/lib/auth/permissions';
import { getEvaluation } from '@/lib/evaluation/manage';
import { COSTS } from '@/lib/evaluation/summarize';
import { PUBLISHED } from '@/lib/evaluation/tables';
import { EvaluationsForLeads } from '../for-leads';
import { orNotFound } from '../or-not-found';

export const metadata: Metadata = { title: 'Evaluation' };

type Props = { params: Promise<{ id: string }> };

/** Whose method it investigates with; of a proposed change the way to it. */
function MethodName({ method, change }: { method: string; change: { id: string } | null }) {
  if (method === 'own')
    return change ? (
      <>
        the method before <ChangeLink id={change.id} />
      </>
    ) : (
      'your own method'
    );
  return method === 'shipped' ? (
    'the method that ships'
  ) : (
    <>
      your own method with <ChangeLink id={method} />
    </>
  );
}

const ChangeLink = ({ id }: { id: string }) => (
  <Link href={`/settings/method/changes/${id}`} className="text-accent hover:underline">
    a proposed change
  </Link>
);

export default async function EvaluationPage({ params }: Props) {
  const actor = await requireActor();
  if (!can(actor.role, 'evaluations.read')) return <EvaluationsForLeads />;
  const { id: asked } = await params;
  const evaluation = orNotFound(() => getEvaluation(actor, asked));
  const { id, settings, status, done, total, stopped, modelLabel } = evaluation;
  return (
    <Page
      title={<span>{id}</span>}
      detail={<EvaluationStatusTag value={status} />}
      actions={
        <>
          <RunActions id={id} status={status} />
          <a className={buttonClass()} href={`/api/evaluations/${id}/results.csv`} download>
            CSV
          </a>
          <Link className={buttonClass()} href="/evaluations">
            All evaluations
          </Link>
        </>
      }
    >
      <div className="flex flex-col gap-8 p-3 md:p-4">
        <div className="flex flex-col gap-2 text-ink-2 text-sm">
          <p>
            Suite {settings.suite}, investigated by {settings.arm === 'alone' ? 'the model alone' : 'Socdown'},{' '}
            <MethodName method={settings.method} change={evaluation.change} />,{' '}
            {modelLabel ?? settings.model ?? 'the model in use'}, seed {settings.seed}
            {settings.coaching.length > 0 && `, coached ${settings.coaching.length} times a case`}.
          </p>
          <label className="flex max-w-md flex-col gap-1">
            {total > 0 ? `${done} of ${total} investigations done` : 'Not started'}
            <progress max={Math.max(1, total)} value={done} className="h-2 w-full accent-accent" />
          </label>
          {stopped && <p className="text-bad">{stopped} Resume it to continue.</p>}
        </div>
        {done === 0 ? (
          <p className="text-ink-2 text-sm">
            {status === 'queued'
              ? 'Waiting for a worker.'
              : status === 'running'
                ? 'The first case is being investigated.'
                : 'No case was investigated.'}
          </p>
        ) : (
          <EvaluationTables
            evaluation={evaluation}
            published={settings.suite === 'false-positives' ? PUBLISHED[settings.arm] : null}
            costs={COSTS}
          />
        )}
      </div>
    </Page>
  );
}
