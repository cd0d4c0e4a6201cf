'use client';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { callApi, wordsOf } from '@/components/shell/call-api';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { Field, Input } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { Time } from '@/components/ui/time';

type Key = {
  id: string;
  name: string;
  prefix: string;
  owner: { id: string; name: string };
  createdAt: string;
  lastUsedAt: string | null;
};

/** Keys act as their owner. A new one is shown here once and never again. */
export function ApiKeys({ keys }: { keys: Key[] }) {
  const router = useRouter();
  const [made, setMade] = useState('');
  const [problem, setProblem] = useState('');
  const act = async (task: () => Promise<void>) => {
    setProblem('');
    try {
      await task();
      router.refresh();
    } catch (error) {
      setProblem(wordsOf(error));
    }
  };
  const create = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    void act(async () => {
      const { key } = await callApi<{ key: string }>('POST', '/api/keys', {
        body: { name: new FormData(form).get('name') },
      });
      setMade(key);
      form.reset();
    });
  };
  return (
    <>
      {keys.length > 0 && (
        <ul className="divide-y divide-line rounded-md border border-line">
          {keys.map((key) => (
            <li key={key.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2 text-sm">
              <span className="font-medium">{key.name}</span>
              <span className="font-mono text-ink-3 text-xs">{key.prefix}…</span>
              <span className="min-w-0 flex-1 text-ink-3 text-xs">
                {key.owner.name}, made <Time value={key.createdAt} />,{' '}
                {key.lastUsedAt ? (
                  <>
                    used <Time value={key.lastUsedAt} />
                  </>
                ) : (
                  'never used'
                )}
              </span>
              <Button size="sm" variant="danger" onClick={() => act(() => callApi('DELETE', `/api/keys/${key.id}`))}>
                Revoke
              </Button>
            </li>
          ))}
        </ul>
      )}
      <form onSubmit={create} className="mt-3 flex flex-wrap items-end gap-2" aria-label="Make a key">
        <Field label="What is it for?">
          {(control) => <Input {...control} name="name" required placeholder="GuardDuty intake" />}
        </Field>
        <Button type="submit">Make a key</Button>
      </form>
      {made && (
        <p role="status" className="mt-2 flex flex-wrap items-center gap-2 rounded-md bg-good-soft px-3 py-2 text-sm">
          <span>Copy it now; it is not shown again:</span>
          <code className="break-all font-mono text-xs">{made}</code>
          <CopyButton text={made} label="Copy the key" />
        </p>
      )}
      <Problem>{problem}</Problem>
    </>
  );
}
