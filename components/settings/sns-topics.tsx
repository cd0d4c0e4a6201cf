'use client';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Field, Textarea } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { toast } from '@/components/ui/toaster';
import { Section } from './section';

/** The SNS topics that Socdown verifies and subscribes to; others see them. */
export function SnsTopics({ topics, mayChange }: { topics: string[]; mayChange: boolean }) {
  const router = useRouter();
  const [text, setText] = useState(topics.join('\n'));
  const { busy, problem, at, send, form } = useRequest(/^topics/);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const body = {
      topics: text
        .split('\n')
        .map((line) => line.trim())
        .filter(Boolean),
    };
    const saved = await send('send', () => api.put('/api/settings/sns', { body }));
    if (!saved) return;
    toast({ kind: 'good', title: 'SNS topics saved' });
    router.refresh();
  };
  return (
    <Section
      title="Amazon SNS topics"
      lead="For these topics Socdown confirms the subscription and checks each message’s signature. It asks sns.<region>.amazonaws.com only."
    >
      {mayChange ? (
        <form ref={form} onSubmit={save} className="flex flex-col items-start gap-2">
          <Field
            label="Topic ARNs"
            hint="One per line. A * at the end matches anything."
            error={at('topics')}
            className="w-full"
          >
            {(control) => (
              <Textarea
                {...control}
                value={text}
                onChange={({ target }) => setText(target.value)}
                rows={3}
                spellCheck={false}
                placeholder="arn:aws:sns:eu-west-1:111122223333:alerts"
                className="font-mono text-xs"
              />
            )}
          </Field>
          <Problem>{problem}</Problem>
          <Button type="submit" busy={busy !== null}>
            Save topics
          </Button>
        </form>
      ) : (
        <p className="break-all text-ink-2 text-sm">
          {topics.length > 0 ? topics.join(', ') : 'None. An admin can add topics.'}
        </p>
      )}
    </Section>
  );
}
