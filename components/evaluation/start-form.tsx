'use client';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { ARM_LABEL } from '@/components/labels/evaluation-labels';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Field, Input, Textarea } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { selectClass } from '@/components/ui/select-class';

export type Suite = { name: string; about: string };
type StartFormProps = { suites: Suite[]; coaching: string; replayable: number };
type Values = {
  suite: string;
  arm: string;
  method: string;
  model: string;
  limit: string;
  repeat: string;
  seed: string;
  maxCost: string;
  maxMinutes: string;
  coaching: string;
};

const START: Values = {
  suite: 'replay',
  arm: 'socdown',
  method: 'own',
  model: '',
  limit: '20',
  repeat: '1',
  seed: '1',
  maxCost: '10',
  maxMinutes: '240',
  coaching: '',
};
const NUMBERS = [
  { name: 'limit', label: 'Cases', hint: 'Picked by the seed. Leave empty for all.' },
  { name: 'repeat', label: 'Runs per case', hint: '1 to 20' },
  { name: 'maxCost', label: 'Budget (US dollars)', hint: 'No new case starts once it is reached.' },
  { name: 'maxMinutes', label: 'Time limit (minutes)', hint: 'No new case starts after it.' },
] as const;

/** What is investigated again, by what, and how far it may go. The team's own cases are the first choice. */
export function StartForm({ suites, coaching, replayable }: StartFormProps) {
  const router = useRouter();
  const [values, setValues] = useState(START);
  const { busy, problem, at, send, form } = useRequest(/^(limit|repeat|maxCost|maxMinutes|seed|model|coaching)/);
  const set: Set = (name, value) => setValues({ ...values, [name]: value });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send('send', async () => {
      const { id } = await api.post('/api/evaluations', { body: bodyOf(values) as never }); // checked by the API, which names the field
      router.push(`/evaluations/${id}`);
    });
  };
  return (
    <form ref={form} onSubmit={submit} noValidate className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
      <Choices suites={suites} replayable={replayable} values={values} set={set} />
      <Field label="Model" hint="Leave empty to use the current model." error={at('model')}>
        {(control) => (
          <Input {...control} value={values.model} onChange={(event) => set('model', event.target.value)} />
        )}
      </Field>
      {NUMBERS.map(({ name, label, hint }) => (
        <Field key={name} label={label} hint={hint} error={at(name)}>
          {(control) => (
            <Input
              {...control}
              type="number"
              inputMode="decimal"
              min={1}
              value={values[name]}
              onChange={(event) => set(name, event.target.value)}
            />
          )}
        </Field>
      ))}
      <Field label="Seed" hint="Another seed picks other cases." error={at('seed')}>
        {(control) => <Input {...control} value={values.seed} onChange={(event) => set('seed', event.target.value)} />}
      </Field>
      {values.arm === 'socdown' && (
        <CoachingField value={values.coaching} shipped={coaching} error={at('coaching')} set={set} />
      )}
      <div className="flex flex-col gap-2 sm:col-span-2 lg:col-span-4">
        <Problem>{problem}</Problem>
        <Button type="submit" variant="primary" busy={busy !== null} className="self-start">
          {values.suite === 'replay' ? 'Replay cases' : 'Start evaluation'}
        </Button>
      </div>
    </form>
  );
}

type Set = (name: keyof Values, value: string) => void;

/** Which cases, and who investigates them. */
function Choices({
  suites,
  replayable,
  values,
  set,
}: Pick<StartFormProps, 'suites' | 'replayable'> & { values: Values; set: Set }) {
  const suite = suites.find(({ name }) => name === values.suite);
  return (
    <>
      <Field
        label="Cases of"
        hint={suite?.name === 'replay' ? `${replayable} approved cases with a verdict.` : suite?.about}
        className="sm:col-span-2"
      >
        {(control) => (
          <select
            {...control}
            className={selectClass}
            value={values.suite}
            onChange={(event) => set('suite', event.target.value)}
          >
            {suites.map(({ name }) => (
              <option key={name} value={name}>
                {name === 'replay' ? 'Your own approved cases, blind' : name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field
        label="Investigated by"
        hint={values.arm === 'alone' ? 'The model and the log tools only.' : 'Method, past cases and checks too.'}
      >
        {(control) => (
          <select
            {...control}
            className={selectClass}
            value={values.arm}
            onChange={(event) => set('arm', event.target.value)}
          >
            {Object.entries(ARM_LABEL).map(([arm, label]) => (
              <option key={arm} value={arm}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      {values.arm === 'socdown' && (
        <Field label="Method" hint="CLAUDE.md, runbooks, detections and known lists.">
          {(control) => (
            <select
              {...control}
              className={selectClass}
              value={values.method}
              onChange={(event) => set('method', event.target.value)}
            >
              <option value="own">Your own</option>
              <option value="shipped">As Socdown ships it</option>
            </select>
          )}
        </Field>
      )}
    </>
  );
}

type CoachingFieldProps = {
  value: string;
  shipped: string;
  error: ReturnType<ReturnType<typeof useRequest>['at']>;
  set: Set;
};

function CoachingField({ value, shipped, error, set }: CoachingFieldProps) {
  return (
    <Field
      label="Coaching after each first report"
      hint="One instruction per line. Leave empty for none."
      error={error}
      className="sm:col-span-2 lg:col-span-3"
    >
      {(control) => (
        <>
          <Textarea {...control} rows={3} value={value} onChange={(event) => set('coaching', event.target.value)} />
          <Button size="sm" variant="quiet" className="mt-1 self-start" onClick={() => set('coaching', shipped)}>
            Insert the study’s three coaching sentences (paraphrased)
          </Button>
        </>
      )}
    </Field>
  );
}

/** Numbers as numbers, what is empty as nothing; what is no number is refused by the API at its field. */
function bodyOf(values: Values) {
  const number = (text: string): number | null => (text.trim() === '' ? null : Number(text));
  return {
    suite: values.suite,
    arm: values.arm,
    method: values.method,
    model: values.model.trim() || null,
    repeat: number(values.repeat),
    limit: number(values.limit),
    seed: values.seed,
    maxCost: number(values.maxCost),
    maxMinutes: number(values.maxMinutes),
    coaching:
      values.arm === 'alone'
        ? []
        : values.coaching
            .split('\n')
            .map((line) => line.trim())
            .filter(Boolean),
  };
}
