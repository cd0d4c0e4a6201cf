'use client';
import { CircleCheck, CircleDashed, CircleSlash, Clock } from 'lucide-react';
import Link from 'next/link';
import { type FormEvent, useRef, useState } from 'react';
import { type ApiAnswer, api } from '@/components/shell/api';
import { announce } from '@/components/shell/live-region';
import { useApi } from '@/components/shell/use-api';
import { useRequest } from '@/components/shell/use-request';
import { Tag } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { Field, Input } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { Select } from '@/components/ui/select';
import { Unseen } from '@/components/ui/unseen';
import type { Task, TaskState } from '@/lib/tasks/schema';

const STATE = {
  open: { word: 'Open', Icon: CircleDashed, tone: 'accent' },
  done: { word: 'Done', Icon: CircleCheck, tone: 'good' },
  declined: { word: 'Won’t do', Icon: CircleSlash, tone: 'neutral' },
} as const satisfies Record<TaskState, unknown>;

const NOBODY = 'nobody';

type TaskItemProps = {
  task: Task;
  /** Names the case: the list is of several. */
  withCase?: boolean;
  onChanged: (task: Task) => void;
};

type Change = (name: string, body: Parameters<typeof patchTask>[1]) => Promise<unknown>;

/** A task: what is to be done, whose it is, and its state, each to be changed in place. */
export function TaskItem({ task, withCase = false, onChanged }: TaskItemProps) {
  const [declining, setDeclining] = useState(false);
  const item = useRef<HTMLLIElement>(null);
  const { busy, problem, at, send, form } = useRequest<string>(/^reason$/);
  const change: Change = (name, body) =>
    send(name, async () => {
      const answer = await patchTask(task.id, body);
      setDeclining(false);
      announce(`${STATE[answer.state].word}: ${answer.text.slice(0, 80)}`);
      onChanged(answer);
      // The button that was pressed may be another one now, or gone.
      requestAnimationFrame(() => {
        if (document.activeElement === document.body) item.current?.focus();
      });
    });
  const decline = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const words = new FormData(event.currentTarget).get('reason');
    void change('declined', { state: 'declined', reason: typeof words === 'string' ? words : '' });
  };
  return (
    <li ref={item} tabIndex={-1} className="@container flex flex-col gap-1.5 py-2 text-sm outline-none">
      <div className="flex @3xl:flex-row flex-col @3xl:items-start gap-x-6 gap-y-1.5">
        <Words task={task} withCase={withCase} />
        <div className="flex shrink-0 flex-wrap items-center gap-1.5">
          <OwnerSelect task={task} onChange={change} />
          {task.state === 'open' ? (
            <>
              <DueInput task={task} onChange={(day) => void change('due', { dueOn: day })} />
              <Button size="sm" busy={busy === 'done'} onClick={() => void change('done', { state: 'done' })}>
                Done
              </Button>
              <Button size="sm" aria-expanded={declining} onClick={() => setDeclining(!declining)}>
                Won’t do…
              </Button>
            </>
          ) : (
            <Button size="sm" busy={busy === 'open'} onClick={() => void change('open', { state: 'open' })}>
              Reopen
            </Button>
          )}
        </div>
      </div>
      {declining && (
        <form ref={form} onSubmit={decline} className="flex flex-wrap items-end gap-1.5">
          <Field label="Reason" error={at('reason')} className="min-w-48 flex-1">
            {(control) => <Input {...control} name="reason" maxLength={1000} />}
          </Field>
          <Button type="submit" size="sm" busy={busy === 'declined'}>
            Won’t do
          </Button>
        </form>
      )}
      <Problem>{problem}</Problem>
    </li>
  );
}

function Words({ task, withCase }: { task: Task; withCase: boolean }) {
  const { text, heading, state, reason, dueOn, investigation } = task;
  const { word, Icon, tone } = STATE[state];
  return (
    <div className="flex min-w-0 flex-1 items-start gap-2">
      <Tag tone={tone} icon={<Icon />}>
        {word}
      </Tag>
      <p className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        <Unseen text={text} />
        <span className="block text-ink-3 text-xs">
          {withCase && (
            <Link href={`/library/${investigation.id}`} className="text-accent underline underline-offset-2">
              {investigation.codename}
            </Link>
          )}
          {withCase && heading && ' · '}
          {heading}
          {reason && ` · Reason: ${reason}`}
          {dueOn && state === 'open' && <Due day={dueOn} />}
        </span>
      </p>
    </div>
  );
}

function OwnerSelect({ task: { text, owner }, onChange }: { task: Task; onChange: Change }) {
  const { data: people } = useApi('/api/users', {});
  const owners = (people?.items ?? []).filter(({ disabled, service }) => !disabled && !service);
  const named = owner && !owners.some((one) => one.id === owner.id) ? [owner, ...owners] : owners;
  return (
    <Select
      size="sm"
      label={`Owner of task: ${text.slice(0, 80)}`}
      value={owner?.id ?? NOBODY}
      options={[
        { value: NOBODY, label: 'Nobody' },
        ...named.map((person) => ({ value: person.id, label: person.name })),
      ]}
      onChange={(next) => void onChange('owner', { owner: next === NOBODY ? null : next })}
    />
  );
}

function Due({ day }: { day: string }) {
  const isLate = day < new Date().toISOString().slice(0, 10);
  return (
    <span className={cx('ml-1.5 inline-flex items-center gap-1', isLate ? 'text-bad' : 'text-ink-2')}>
      <Clock aria-hidden className="size-3" />
      {isLate ? `Overdue since ${day}` : `Due ${day}`}
    </span>
  );
}

/** Saved when it is left, so that a day which is typed is not saved digit by digit. */
function DueInput({ task: { text, dueOn }, onChange }: { task: Task; onChange: (day: string | null) => void }) {
  return (
    <input
      key={dueOn}
      type="date"
      aria-label={`Due date of task: ${text.slice(0, 80)}`}
      defaultValue={dueOn ?? ''}
      onBlur={({ currentTarget: { value, validity } }) => {
        if (validity.valid && value !== (dueOn ?? '')) onChange(value || null);
      }}
      className="h-7 rounded-md border border-line-strong bg-surface px-1.5 text-xs"
    />
  );
}

const patchTask = (
  id: string,
  body: { state?: TaskState; reason?: string | null; owner?: string | null; dueOn?: string | null },
): Promise<ApiAnswer<'PATCH', '/api/tasks/{id}'>> => api.patch('/api/tasks/{id}', { params: { id }, body });
