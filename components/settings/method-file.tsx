'use client';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { ApiError, api } from '@/components/shell/api';
import { useShortcuts } from '@/components/shell/shortcuts';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Field, Input, Textarea } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import type { MethodFile } from '@/lib/method/schema';
import { Changes } from './method';
import { changeHref } from './method-labels';
import { ProblemLines } from './problem-lines';
import { Section } from './section';

const DiffView = dynamic(() => import('@/components/case/diff-view').then((file) => file.DiffView), { ssr: false });

type MethodFileProps = {
  path: string;
  /** null: a new one. */
  file: MethodFile | null;
  /** What a new one begins with. */
  start: string;
  /** A change to look at, edit and propose. */
  suggested?: { text: string; note: string; alertRule?: string };
};

/** A file of the method: its text to edit and propose, open changes, earlier texts. */
export function MethodFilePage(props: MethodFileProps) {
  const { path, file } = props;
  const proposal = useProposal(props);
  const { edit, setNote, propose } = proposal;
  useShortcuts([
    { group: 'Method', keys: 'mod+enter', label: 'Propose the change', run: () => void propose(), whileTyping: true },
  ]);
  return (
    <>
      <p className="mb-2 text-sm">
        <Link href="/settings/method" className="text-accent hover:underline">
          Method
        </Link>
      </p>
      <Section
        title={path}
        lead={
          file
            ? `${file.from === 'socdown' ? 'Comes with Socdown; your store has no file of its own yet.' : 'A file of your store.'}${file.isOff ? ' It is empty, so it is off.' : ''}`
            : 'A new file. Nothing is kept until you propose it.'
        }
      >
        <ProblemLines title="The file as it is can’t be used:" problems={file?.problems ?? []} />
        <ProposalForm {...props} proposal={proposal} />
      </Section>
      {file && <Rest file={file} onRestore={edit} onNote={setNote} />}
    </>
  );
}

type ProposalFormProps = MethodFileProps & { proposal: ReturnType<typeof useProposal> };

function ProposalForm({ file, start, suggested, proposal }: ProposalFormProps) {
  const { text, note, problems, busy, problem, at, form, edit, setNote, check, propose } = proposal;
  const now = file?.text ?? '';
  const changed = text !== now;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void propose();
  };
  return (
    <form ref={form} onSubmit={submit} noValidate className="flex flex-col gap-3">
      <Field label="Text" hint="An empty text turns a file off." error={at('text')}>
        {(control) => (
          <Textarea
            {...control}
            value={text}
            rows={24}
            spellCheck={false}
            className="font-mono text-xs leading-5"
            onChange={(event) => edit(event.target.value)}
          />
        )}
      </Field>
      {changed && file && (
        <details className="rounded-md border border-line" open={suggested !== undefined}>
          <summary className="min-h-[24px] cursor-pointer px-3 py-1.5 text-sm">Compare with the file as it is</summary>
          <DiffView before={now} after={text} split={false} />
        </details>
      )}
      <Field label="Why" hint="Shown to the reviewer and in the commit message." error={at('note')}>
        {(control) => (
          <Input {...control} value={note} maxLength={1000} onChange={(event) => setNote(event.target.value)} />
        )}
      </Field>
      <Problem>{problem}</Problem>
      {problems?.length === 0 && (
        <p role="status" className="text-good text-sm">
          No problems found.
        </p>
      )}
      <ProblemLines title="It can’t be approved as it is:" problems={problems ?? []} />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" busy={busy === 'propose'} disabled={!changed}>
          Propose change
        </Button>
        <Button onClick={() => void check()} busy={busy === 'check'}>
          Check
        </Button>
        {changed && <Button onClick={() => edit(now || start)}>Discard</Button>}
      </div>
    </form>
  );
}

/** A change of a file as it is written, checked and proposed. */
function useProposal({ path, file, start, suggested }: MethodFileProps) {
  const [text, setText] = useState(suggested?.text ?? file?.text ?? start);
  const [note, setNote] = useState(suggested?.note ?? '');
  const [problems, setProblems] = useState<string[] | null>(null);
  const router = useRouter();
  const { busy, problem, at, send, form } = useRequest<'check' | 'propose'>(/^(text|note)$/);
  const edit = (next: string) => {
    setText(next);
    setProblems(null);
  };
  const check = () =>
    send('check', async () => setProblems((await api.post('/api/method/check', { body: { path, text } })).problems));
  const propose = async () => {
    await send('propose', async () => {
      const { id } = await api
        .post('/api/method/changes', {
          body: { path, text, base: file?.hash ?? '', note, alertRule: suggested?.alertRule },
        })
        .catch((error) => {
          // The file has changed meanwhile: the comparison is with its new text, and what was written stays.
          if (error instanceof ApiError && error.code === 'conflict') router.refresh();
          throw error;
        });
      router.push(changeHref(id));
    });
  };
  return { text, note, problems, busy, problem, at, form, edit, setNote, check, propose };
}

type RestProps = { file: MethodFile; onRestore: (text: string) => void; onNote: (note: string) => void };

function Rest({ file, onRestore, onNote }: RestProps) {
  const restore = (text: string, title: string) => {
    onRestore(text);
    onNote(`Restore: ${title}`.slice(0, 1000));
    window.scrollTo({ top: 0 });
  };
  return (
    <>
      {file.changes.length > 0 && (
        <Section title="Open changes">
          <Changes changes={file.changes} />
        </Section>
      )}
      <Section title="History" lead="An earlier text is restored by proposing it again.">
        {file.history.length === 0 && (
          <p className="text-ink-2 text-sm">No earlier text. Commits that were pushed to the store are in git.</p>
        )}
        <ul aria-label="Earlier texts" className="divide-y divide-line">
          {file.history.map(({ id, title, by, at, commit, text }) => (
            <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2 text-sm">
              <span className="min-w-0 flex-1 basis-60 [overflow-wrap:anywhere]">
                <Unseen text={title} />
                <span className="block text-ink-3 text-xs">
                  {by}
                  {at && (
                    <>
                      , <Time value={at} />
                    </>
                  )}
                  {commit && <span className="font-mono"> {commit.slice(0, 8)}</span>}
                </span>
              </span>
              <Button size="sm" disabled={text === file.text} onClick={() => restore(text, title)}>
                {text === file.text ? 'In use' : 'Restore'}
                <span className="sr-only">: {title}</span>
              </Button>
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}
