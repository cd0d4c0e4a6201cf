'use client';
import { ArrowLeftRight } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { type ReactNode, useState } from 'react';
import { ClassificationTag, StatusTag } from '@/components/labels/case-labels';
import { api, errorMessage } from '@/components/shell/api';
import { announce } from '@/components/shell/live-region';
import { useApi } from '@/components/shell/use-api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Problem } from '@/components/ui/problem';
import { Select } from '@/components/ui/select';
import { Spinner } from '@/components/ui/spinner';
import { toast } from '@/components/ui/toaster';
import { Unseen } from '@/components/ui/unseen';
import type { MergePreview } from '@/lib/investigations/schema';
import { joined } from '@/lib/text/phrases';

// With the line diff, which only a look at the text needs.
const DiffView = dynamic(() => import('./diff-view').then((file) => file.DiffView), { ssr: false });

export type NamedCase = { id: string; codename: string };

/** Asks which of two or more cases goes into which, shows what that does, and does it. Fewer than two keep it shut. */
export function MergeCasesDialog({ cases, onClose }: { cases: NamedCase[]; onClose: () => void }) {
  return (
    <Dialog open={cases.length > 1} onOpenChange={(open) => !open && onClose()} title="Merge cases" size="lg">
      {cases.length > 1 && <MergeCases key={cases.map(({ id }) => id).join()} cases={cases} onClose={onClose} />}
    </Dialog>
  );
}

function MergeCases({ cases, onClose }: { cases: NamedCase[]; onClose: () => void }) {
  const router = useRouter();
  const [intoId, setInto] = useState(cases[0]?.id ?? '');
  const [fromId, setFrom] = useState(cases[1]?.id ?? '');
  const { data, error, refetch } = useApi('/api/investigations/{id}/merge', {
    params: { id: intoId },
    query: { from: fromId },
  });
  const { busy, problem, send, clear } = useRequest();
  const swap = () => {
    clear();
    setInto(fromId);
    setFrom(intoId);
  };
  const merge = (preview: MergePreview) =>
    send('send', async () => {
      const versions = { into: preview.into.version, from: preview.from.version };
      const done = await api
        .post('/api/investigations/{id}/merge', { params: { id: intoId }, body: { from: fromId, versions } })
        .catch((refusal: unknown) => {
          void refetch();
          throw refusal;
        });
      announce(`${done.from.codename} is merged into ${done.into.codename}.`);
      toast({
        kind: 'good',
        title: `${done.from.codename} is merged into ${done.into.codename}.`,
        action: { label: 'Undo', run: () => void undoMerge(done.from.id, () => router.refresh()) },
      });
      onClose();
      router.push(`/investigations/${intoId}`);
      router.refresh();
    });
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-2">
        <Choice label="Merge this case" cases={cases} value={fromId} other={intoId} onChange={setFrom} onSwap={swap} />
        <Button size="md" onClick={swap} aria-label="Swap the two cases">
          <ArrowLeftRight aria-hidden className="size-4" />
        </Button>
        <Choice label="Into this case" cases={cases} value={intoId} other={fromId} onChange={setInto} onSwap={swap} />
      </div>
      <Problem>{problem || (error ? errorMessage(error) : '')}</Problem>
      {!data && !error && <Spinner />}
      {data && !error && (
        <>
          <WhatHappens preview={data} />
          <details>
            <summary className="min-h-[24px] cursor-pointer py-0.5 text-sm">
              Show the text of {data.into.codename} before and after
            </summary>
            <div className="mt-2 max-h-96 overflow-auto rounded-md border border-line">
              <DiffView before={data.before} after={data.after} split={false} />
            </div>
          </details>
          <div className="flex flex-wrap justify-end gap-2">
            <Button onClick={onClose}>Cancel</Button>
            <Button variant="primary" busy={busy !== null} onClick={() => void merge(data)}>
              Merge {data.from.codename} into {data.into.codename}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}

type ChoiceProps = {
  label: string;
  cases: NamedCase[];
  value: string;
  /** The case that the other control has: choosing it swaps the two. */
  other: string;
  onChange: (id: string) => void;
  onSwap: () => void;
};

function Choice({ label, cases, value, other, onChange, onSwap }: ChoiceProps) {
  return (
    <Select
      label={label}
      showLabel
      value={value}
      options={cases.map(({ id, codename }) => ({ value: id, label: codename }))}
      onChange={(id) => (id === other ? onSwap() : onChange(id))}
    />
  );
}

const span = (from: number, to: number): string => (from === to ? `E${from}` : `E${from} to E${to}`);

type Change = MergePreview['sections'][number]['change'];
const CHANGE: Record<Change, { one: string; many: string }> = {
  whole: { one: 'fills the empty section', many: 'fill the empty sections' },
  rows: { one: 'adds its rows to the table', many: 'add their rows to the tables' },
  below: { one: 'is added below, under a heading of its own', many: 'are added below, under headings of their own' },
  same: { one: 'is there already', many: 'are there already' },
};
const CHANGES = Object.keys(CHANGE) as Change[];
const namesOf = (sections: MergePreview['sections'], change: Change): string[] =>
  sections.filter((section) => section.change === change).map(({ name }) => name);

/** What becomes of alerts, evidence, text, assessment and review, in words. */
function WhatHappens({ preview }: { preview: MergePreview }) {
  const { into, from, alerts, evidence, sections, assessment, endsReview, openProposals } = preview;
  const first = evidence.offset + 1;
  const last = evidence.offset + evidence.count;
  const one = evidence.count === 1;
  const records = (from: number, to: number) => `${span(from, to)} ${one ? 'is' : 'are'}`;
  return (
    <dl className="grid items-baseline gap-x-4 gap-y-2 text-sm sm:grid-cols-[7rem_minmax(0,1fr)]">
      <Fact name="Cases">
        {[from, into].map((side, index) => (
          <span key={side.id} className="flex flex-wrap items-center gap-x-2">
            {index === 0 ? 'From' : 'Into'} <strong className="font-medium">{side.codename}</strong>
            <Unseen text={side.title} />
            <StatusTag value={side.status} />
            {side.classification && <ClassificationTag value={side.classification} />}
          </span>
        ))}
      </Fact>
      <Fact name="Alerts">
        {alerts === 0
          ? 'No alerts to move.'
          : `${alerts === 1 ? '1 alert moves' : `${alerts} alerts move`} to ${into.codename}.`}
      </Fact>
      <Fact name="Evidence">
        {evidence.count === 0
          ? 'No evidence to copy.'
          : evidence.offset === 0
            ? `${records(1, last)} copied to ${into.codename} with ${one ? 'its number' : 'their numbers'}.`
            : `${records(1, evidence.count)} copied to ${into.codename} as ${span(first, last)}; ${one ? 'its' : 'their'} citations are rewritten.`}
      </Fact>
      <Fact name="Text">
        {sections.length === 0 ? (
          `${from.codename} has no text yet.`
        ) : (
          <ul aria-label="Sections">
            {CHANGES.map((change) => ({ change, names: namesOf(sections, change) }))
              .filter(({ names }) => names.length > 0)
              .map(({ change, names }) => (
                <li key={change}>
                  <span className="font-medium">{joined(names)}</span>{' '}
                  {names.length === 1 ? CHANGE[change].one : CHANGE[change].many}.
                </li>
              ))}
          </ul>
        )}
      </Fact>
      <Fact name="Assessment">
        {assessment === 'taken' ? `${into.codename} gets that of ${from.codename}.` : `Stays that of ${into.codename}.`}
      </Fact>
      <Fact name="Afterwards">
        <span>
          {from.codename} stays readable with its text, history and evidence, and its status is Merged.
          {endsReview && ' Its open review ends as superseded.'}
          {openProposals > 0 && ' Its open proposals can’t be accepted any more.'} You can undo the merge until{' '}
          {into.codename} is changed.
        </span>
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </>
  );
}

/** Undoes the merge of a case; says so, or why not. */
export async function undoMerge(fromId: string, after: () => void): Promise<void> {
  try {
    const { from, into } = await api.post('/api/investigations/{id}/merge/undo', { params: { id: fromId } });
    toast({ kind: 'good', title: `The merge of ${from.codename} into ${into.codename} is undone.` });
    after();
  } catch (error) {
    toast({ kind: 'bad', title: 'Couldn’t undo the merge.', description: errorMessage(error) });
  }
}
