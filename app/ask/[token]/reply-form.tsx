'use client';
import { type FormEvent, useState } from 'react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Field, Input, Textarea } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { Unseen } from '@/components/ui/unseen';

export function ReplyForm({ token, question }: { token: string; question: string }) {
  const [isDone, setDone] = useState(false);
  const { busy, problem, at, send, form } = useRequest(/^(name|text)$/);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const body = { token, name: String(data.get('name') ?? ''), text: String(data.get('text') ?? '') };
    if (await send('send', () => api.post('/api/questions/reply', { body }))) setDone(true);
  };
  if (isDone)
    return (
      <p role="status" className="text-sm">
        Thank you. Your reply was sent. You can close this page.
      </p>
    );
  return (
    <form ref={form} onSubmit={submit} className="flex flex-col gap-3.5">
      <blockquote className="whitespace-pre-wrap border-line border-l-2 pl-3 text-sm [overflow-wrap:anywhere]">
        <Unseen text={question} />
      </blockquote>
      <Field label="Your name" error={at('name')}>
        {(control) => <Input {...control} name="name" autoComplete="name" maxLength={100} required />}
      </Field>
      <Field label="Your reply" hint="Never enter a password." error={at('text')}>
        {(control) => <Textarea {...control} name="text" rows={5} maxLength={4000} required />}
      </Field>
      <Problem>{problem}</Problem>
      <Button type="submit" variant="primary" busy={busy !== null}>
        Send reply
      </Button>
    </form>
  );
}
