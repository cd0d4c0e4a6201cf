'use client';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { type FormEvent, useEffect, useState } from 'react';
import { reportAddress } from '@/components/evaluation/numbers';
import { Rows } from '@/components/evaluation/rows';
import { EvaluationStatusTag } from '@/components/evaluation/status-tag';
import { ClassificationTag, classificationOf } from '@/components/labels/case-labels';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { selectClass } from '@/components/ui/select-class';
import type { ChangeEvaluation } from '@/lib/evaluation/evaluate-change';
import type { EvaluationItem } from '@/lib/evaluation/schema';
import { plural } from '@/lib/text/phrases';
import { Section } from './section';

const RELOAD_MS = 5_000;
const atWork = ({ status }: EvaluationItem): boolean => status === 'queued' || status === 'running';

export type Suites = { suites: { name: string; about: string }[]; replayable: number };
type Props = {
  changeId: string;
  evaluation: ChangeEvaluation | null;
  /** What a lead can start; null: this person can't. */
  suites: Suites | null;
};

/** What a change does to investigations: the same cases with the method before and after it. */
export function ChangeEvaluationSection({ changeId, evaluation, suites }: Props) {
  const router = useRouter();
  const isAtWork = evaluation !== null && (atWork(evaluation.before) || atWork(evaluation.after));
  useEffect(() => {
    if (!isAtWork) return;
    const timer = setInterval(() => router.refresh(), RELOAD_MS);
    return () => clearInterval(timer);
  }, [isAtWork, router]);
  return (
    <Section
      title="Before and after"
      lead="The same cases, investigated with the method as it is and with this change."
    >
      {evaluation === null && suites === null && (
        <p className="text-ink-2 text-sm">Not evaluated yet. A lead can start an evaluation here.</p>
      )}
      {evaluation && <Outcome evaluation={evaluation} isLead={suites !== null} />}
      {suites && !isAtWork && <Start changeId={changeId} suites={suites} again={evaluation !== null} />}
    </Section>
  );
}

function Outcome({
  evaluation: { before, after, comparison },
  isLead,
}: {
  evaluation: ChangeEvaluation;
  isLead: boolean;
}) {
  return (
    <div className="mb-4 flex flex-col gap-3 text-sm">
      <ul aria-label="Evaluations of this change" className="flex flex-col gap-1.5">
        <Progress label="Before" run={before} isLead={isLead} />
        <Progress label="After" run={after} isLead={isLead} />
      </ul>
      {comparison && <Verdicts before={before} after={after} comparison={comparison} isLead={isLead} />}
    </div>
  );
}

function Progress({ label, run, isLead }: { label: string; run: EvaluationItem; isLead: boolean }) {
  return (
    <li className="flex flex-wrap items-center gap-2">
      <span className="w-14 text-ink-2">{label}</span>
      <EvaluationStatusTag value={run.status} />
      <span className="tabular-nums">{run.total === 0 ? 'Queued' : `${run.done} of ${plural(run.total, 'case')}`}</span>
      {isLead && (
        <Link href={`/evaluations/${run.id}`} className="text-accent hover:underline">
          Open evaluation<span className="sr-only"> {label.toLowerCase()}</span>
        </Link>
      )}
      {run.stopped && <Problem>{run.stopped}</Problem>}
    </li>
  );
}

type VerdictsProps = {
  before: EvaluationItem;
  after: EvaluationItem;
  comparison: NonNullable<ChangeEvaluation['comparison']>;
  isLead: boolean;
};

function Verdicts({ before, after, comparison, isLead }: VerdictsProps) {
  const { pairs, bothRight, onlyFirstRight, onlySecondRight, changed } = comparison;
  return (
    <>
      {onlyFirstRight > 0 && (
        <Problem className="font-semibold">
          {onlyFirstRight === 1
            ? 'One verdict that was right is wrong with this change.'
            : `${onlyFirstRight} verdicts that were right are wrong with this change.`}
        </Problem>
      )}
      <p>
        {pairs === 1 ? 'One case was' : `${pairs} cases were`} investigated with both so far: before{' '}
        {bothRight + onlyFirstRight} right, after {bothRight + onlySecondRight} right.
        {changed.length === 0 && ' No verdict changed.'}{' '}
        {isLead && (
          <Link href={`/evaluations/compare?a=${before.id}&b=${after.id}`} className="text-accent hover:underline">
            Compare in full
          </Link>
        )}
      </p>
      {changed.length > 0 && (
        <Rows
          title="Cases whose verdict changed"
          columns={['Case', 'Truth', 'Before', 'After']}
          rows={changed.map((item) => ({
            key: `${item.id}#${item.repeat}`,
            cells: [
              item.id,
              <ClassificationTag key="truth" value={classificationOf(item.truth)} />,
              <Verdict key="before" value={item.first} href={isLead ? reportAddress(before.id, item) : null} />,
              <Verdict key="after" value={item.second} href={isLead ? reportAddress(after.id, item) : null} />,
            ],
          }))}
        />
      )}
    </>
  );
}

function Verdict({ value, href }: { value: string | null; href: string | null }) {
  return (
    <span className="flex flex-wrap items-center gap-2">
      <ClassificationTag value={classificationOf(value)} />
      {href && (
        <Link href={href} className="text-accent hover:underline">
          Report
        </Link>
      )}
    </span>
  );
}

function Start({
  changeId,
  suites: { suites, replayable },
  again,
}: {
  changeId: string;
  suites: Suites;
  again: boolean;
}) {
  const router = useRouter();
  const [suite, setSuite] = useState(
    replayable > 0 ? 'replay' : (suites.find(({ name }) => name !== 'replay')?.name ?? ''),
  );
  const { busy, problem, at, send, form } = useRequest(/^limit$/);
  const about = suites.find(({ name }) => name === suite)?.about;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const limit = Number(new FormData(event.currentTarget).get('limit'));
    void send('send', async () => {
      const body = { suite, limit } as never; // checked by the API, which names the field
      await api.post('/api/method/changes/{id}/evaluation', { params: { id: changeId }, body });
      router.refresh();
    });
  };
  return (
    <form ref={form} onSubmit={submit} noValidate className="flex flex-wrap items-start gap-3">
      <Field
        label="Cases of"
        hint={suite === 'replay' ? `${replayable} approved cases with a verdict.` : about}
        className="min-w-56 flex-1"
      >
        {(control) => (
          <select {...control} value={suite} onChange={(event) => setSuite(event.target.value)} className={selectClass}>
            {suites
              .filter(({ name }) => name !== 'replay' || replayable > 0)
              .map(({ name }) => (
                <option key={name} value={name}>
                  {name === 'replay' ? 'Your own approved cases, blind' : name}
                </option>
              ))}
          </select>
        )}
      </Field>
      <Field label="Number of cases" hint="Each is investigated twice." error={at('limit')} className="w-40">
        {(control) => <Input {...control} name="limit" type="number" min={1} max={400} defaultValue={10} />}
      </Field>
      <div className="flex w-full flex-col items-start gap-2">
        <Problem>{problem}</Problem>
        <Button type="submit" busy={busy !== null}>
          {again ? 'Evaluate again' : 'Evaluate this change'}
        </Button>
      </div>
    </form>
  );
}
