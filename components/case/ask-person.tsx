'use client';
import { MessageCircleQuestion } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { api } from '@/components/shell/api';
import { useApi } from '@/components/shell/use-api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Dialog, DialogClose } from '@/components/ui/dialog';
import { Field, Input, Textarea } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { Select } from '@/components/ui/select';
import { Time } from '@/components/ui/time';
import { toast } from '@/components/ui/toaster';
import { Unseen } from '@/components/ui/unseen';
import type { Question } from '@/lib/questions/schema';

const STATE: Record<Question['state'], string> = {
  sending: 'Sending',
  failed: 'Not sent',
  waiting: 'No reply yet',
  answered: 'Answered',
  expired: 'Expired without a reply',
};

const CHANNELS: { value: Question['by']; label: string }[] = [
  { value: 'email', label: 'E-mail' },
  { value: 'slack', label: 'Slack' },
];

/** Sends a question to somebody outside, exactly as it stands here, and shows what became of the earlier ones. */
export function AskPerson({ investigationId }: { investigationId: string }) {
  const formId = useId();
  const [open, setOpen] = useState(false);
  const [by, setBy] = useState<Question['by']>('email');
  const { busy, problem, at, send, clear, form } = useRequest(/^(about|to|text)$/);
  const close = (next: boolean) => {
    setOpen(next);
    clear();
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const text = (name: string) => String(data.get(name) ?? '');
    const body = { about: text('about'), by, to: text('to'), text: text('text') };
    const request = { params: { id: investigationId }, body };
    if (!(await send('send', () => api.post('/api/investigations/{id}/questions', request)))) return;
    toast({ kind: 'good', title: `Question sent to ${body.to}` });
    close(false);
  };
  return (
    <Dialog
      isForm
      open={open}
      onOpenChange={close}
      title="Ask a person"
      trigger={
        <Button size="sm" variant="quiet" className="ml-auto">
          <MessageCircleQuestion aria-hidden className="size-3.5" />
          Ask a person
        </Button>
      }
      footer={
        <>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <Button variant="primary" type="submit" form={formId} busy={busy !== null}>
            Send question
          </Button>
        </>
      }
    >
      <form id={formId} ref={form} onSubmit={submit} className="flex flex-col gap-3">
        <p className="text-ink-2 text-sm">
          They get a message with a link that works once. Its page shows your name and the question, and nothing about
          the case. The reply becomes evidence: a statement, not proof.
        </p>
        <Field label="About" hint="The account or device they own." error={at('about')}>
          {(control) => <Input {...control} name="about" maxLength={300} autoComplete="off" required />}
        </Field>
        <Select label="Send by" showLabel options={CHANNELS} value={by} onChange={setBy} className="self-start" />
        <AddressField by={by} error={at('to')} />
        <QuestionField error={at('text')} />
        <Problem>{problem}</Problem>
      </form>
      {open && <Asked investigationId={investigationId} />}
    </Dialog>
  );
}

function QuestionField({ error }: { error: string | undefined }) {
  return (
    <Field label="Question" hint="Sent exactly as you write it." error={error}>
      {(control) => (
        <Textarea
          {...control}
          name="text"
          rows={4}
          maxLength={1000}
          placeholder="Did you sign in from Lisbon at 02:13 UTC?"
          required
        />
      )}
    </Field>
  );
}

function AddressField({ by, error }: { by: Question['by']; error: string | undefined }) {
  return by === 'email' ? (
    <Field label="E-mail address" error={error}>
      {(control) => <Input {...control} key="email" name="to" type="email" autoComplete="off" required />}
    </Field>
  ) : (
    <Field
      label="Slack member ID"
      hint="From the person’s Slack profile: Copy member ID. Only they receive it."
      error={error}
    >
      {(control) => (
        <Input {...control} key="slack" name="to" maxLength={30} placeholder="U024BE7LH" autoComplete="off" required />
      )}
    </Field>
  );
}

function Asked({ investigationId }: { investigationId: string }) {
  const { data } = useApi('/api/investigations/{id}/questions', { params: { id: investigationId } });
  if (!data || data.items.length === 0) return null;
  return (
    <section className="mt-4 border-line border-t pt-3" aria-label="Questions of this case">
      <ul className="flex flex-col gap-2 text-sm">
        {data.items.map(({ id, to, text, state, error, askedAt, evidence }) => (
          <li key={id} className="[overflow-wrap:anywhere]">
            <p>
              <Unseen text={text} />
            </p>
            <p className="text-ink-3 text-xs">
              {to} · <Time value={askedAt} /> · {STATE[state]}
              {evidence !== null && ` (E${evidence})`}
              {error && <span className="text-bad">: {error}</span>}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
