'use client';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { buttonClass } from '@/components/ui/button-class';
import { Field, Input } from '@/components/ui/field';
import { Select } from '@/components/ui/select';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import type { MethodChangeItem, MethodFileItem, MethodKind, MethodOverview } from '@/lib/method/schema';
import { ChangeStatus, changeHref, fileHref, KIND_LEAD, KIND_TITLE } from './method-labels';
import { ProblemLines } from './problem-lines';
import { Section } from './section';

const ORDER: MethodKind[] = ['method', 'runbook', 'detection', 'known', 'command', 'template'];

/** The store's own files and the changes of them. */
export function MethodPage({ overview }: { overview: MethodOverview }) {
  const { files, changes, problems } = overview;
  return (
    <>
      <Section
        title="Method"
        lead="Every investigation follows these files of the store. Anyone can propose a change; someone else approves it, and it becomes a commit with both names."
        action={
          <Link href="/settings/method/corrections" className={buttonClass()}>
            Recurring corrections
          </Link>
        }
      >
        <ProblemLines title="These can’t be used and are ignored:" problems={problems} />
      </Section>
      <Section title="Changes">
        {changes.length === 0 ? (
          <p className="text-ink-2 text-sm">No changes yet. Open a file below, edit it, and propose the change.</p>
        ) : (
          <Changes changes={changes} />
        )}
      </Section>
      {ORDER.map((kind) => (
        <Files key={kind} kind={kind} files={files.filter((file) => file.kind === kind)} />
      ))}
      <NewFile />
    </>
  );
}

export function Changes({ changes }: { changes: MethodChangeItem[] }) {
  return (
    <ul className="divide-y divide-line rounded-md border border-line" aria-label="Changes">
      {changes.map((change) => (
        <li key={change.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2 text-sm">
          <ChangeStatus status={change.status} />
          <Link href={changeHref(change.id)} className="min-w-0 flex-1 basis-60 hover:underline">
            <span className="font-mono text-accent text-xs [overflow-wrap:anywhere]">{change.path}</span>
            <span className="block text-ink-2 [overflow-wrap:anywhere]">
              <Unseen text={change.note} />
            </span>
          </Link>
          <span className="text-ink-3 text-xs">
            {change.author.name}, <Time value={change.createdAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Files({ kind, files }: { kind: MethodKind; files: MethodFileItem[] }) {
  return (
    <Section title={KIND_TITLE[kind]} lead={KIND_LEAD[kind]}>
      {files.length === 0 && <p className="text-ink-2 text-sm">None yet. Add one below.</p>}
      <ul aria-label={KIND_TITLE[kind]} className="grid gap-x-4 sm:grid-cols-2">
        {files.map(({ path, from, isOff }) => (
          <li key={path} className="flex min-h-[28px] min-w-0 items-center gap-2 text-sm">
            <Link
              href={fileHref(path)}
              prefetch={false}
              className="min-w-0 truncate font-mono text-accent text-xs leading-6 hover:underline"
            >
              {path.slice(path.lastIndexOf('/') + 1)}
            </Link>
            <span className="shrink-0 text-ink-3 text-xs">
              {isOff ? 'off' : from === 'socdown' ? 'comes with Socdown' : ''}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

const FOLDERS = [
  { value: 'runbooks/*.md', label: 'Runbook' },
  { value: 'detections/*.yml', label: 'Detection' },
  { value: 'known/*.yml', label: 'Known entities' },
  { value: '.claude/commands/*.md', label: 'Command or quick prompt' },
] as const;
type Folder = (typeof FOLDERS)[number]['value'];

function NewFile() {
  const router = useRouter();
  const [folder, setFolder] = useState<Folder>('runbooks/*.md');
  const [name, setName] = useState('');
  const [problem, setProblem] = useState('');
  const open = (event: FormEvent) => {
    event.preventDefault();
    if (!/^[a-z0-9][a-z0-9-]{0,60}$/.test(name)) setProblem('Use lowercase letters, digits and hyphens.');
    else router.push(fileHref(folder.replace('*', name)));
  };
  return (
    <Section title="Add a file">
      <form onSubmit={open} noValidate className="flex flex-wrap items-start gap-3">
        <Field label="Kind" className="w-56">
          {({ id }) => <Select id={id} label="Kind" options={FOLDERS} value={folder} onChange={setFolder} />}
        </Field>
        <Field label="Name" error={problem} className="w-64">
          {(control) => (
            <Input
              {...control}
              value={name}
              maxLength={61}
              autoComplete="off"
              placeholder="badge-used-twice"
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" className="mt-5">
          Add file
        </Button>
      </form>
    </Section>
  );
}
