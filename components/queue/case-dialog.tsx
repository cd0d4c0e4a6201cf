'use client';
import { FilePlus2, FolderInput, Merge } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useDeferredValue, useState } from 'react';
import type { NamedCase } from '@/components/case/merge-cases';
import { ClassificationTag, classificationOf, StatusTag } from '@/components/labels/case-labels';
import { api, errorMessage } from '@/components/shell/api';
import { announce } from '@/components/shell/live-region';
import { useApi } from '@/components/shell/use-api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, Input } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { Unseen } from '@/components/ui/unseen';
import type { AlertCase, AlertItem } from '@/lib/alerts/schema';

type CaseDialogProps = {
  /** What a case is chosen for; empty keeps the dialog shut. */
  alerts: AlertItem[];
  /** Opens a new case of these alerts. */
  onNew: (alerts: AlertItem[]) => void;
  /** Asks how to merge cases. */
  onMerge: (cases: NamedCase[]) => void;
  onCancel: () => void;
};

/** An alert's case that still takes alerts as its own: an alert is in one open case at a time. */
export const openCaseOf = ({ investigation }: AlertItem): AlertCase | null =>
  investigation && investigation.status !== 'approved' ? investigation : null;

/** The distinct open cases of alerts. */
export const openCasesOf = (alerts: AlertItem[]): AlertCase[] => [
  ...new Map(alerts.flatMap((alert) => openCaseOf(alert) ?? []).map((one) => [one.id, one])).values(),
];

/** Adds alerts to a case that is there, or opens one of those that have none. */
export function CaseDialog({ alerts, onNew, onMerge, onCancel }: CaseDialogProps) {
  return (
    <Dialog
      open={alerts.length > 0}
      onOpenChange={(open) => !open && onCancel()}
      title={alerts.length === 1 ? 'Add this alert to a case' : `Add ${alerts.length} alerts to a case`}
    >
      {alerts.length > 0 && <CaseChoice alerts={alerts} onNew={onNew} onMerge={onMerge} />}
    </Dialog>
  );
}

function CaseChoice({ alerts, onNew, onMerge }: Pick<CaseDialogProps, 'alerts' | 'onNew' | 'onMerge'>) {
  const router = useRouter();
  const { busy, problem, send } = useRequest<string>();
  const theirs = openCasesOf(alerts);
  const free = alerts.filter((alert) => openCaseOf(alert) === null);
  const add = (id: string, codename: string) =>
    send(id, async () => {
      const { attached } = await api.post('/api/investigations/{id}/alerts', {
        params: { id },
        body: { alertIds: free.map((alert) => alert.id) },
      });
      announce(`${attached} added to ${codename}.`);
      router.push(`/investigations/${id}`);
    });
  return (
    <div className="flex flex-col gap-3">
      {theirs.length > 0 && (
        <p className="rounded-md bg-medium-soft px-3 py-2 text-sm">
          {alerts.length - free.length} of {alerts.length} {alerts.length - free.length === 1 ? 'is' : 'are'} in an open
          case already and {alerts.length - free.length === 1 ? 'stays' : 'stay'} there.
        </p>
      )}
      {free.length === 0 ? (
        <p className="text-ink-2 text-sm">
          All of these alerts are in cases already. Open one of the cases, or merge it with another to bring alerts,
          evidence and text together.
        </p>
      ) : (
        <Button className="self-start" onClick={() => onNew(free)}>
          <FilePlus2 aria-hidden className="size-4" />
          Open a new case{alerts.length > 1 && ` with ${free.length} ${free.length === 1 ? 'alert' : 'alerts'}`}
        </Button>
      )}
      {theirs.length > 1 && (
        <Button className="self-start" onClick={() => onMerge(theirs)}>
          <Merge aria-hidden className="size-4" />
          Merge {theirs.length} cases…
        </Button>
      )}
      <Problem>{problem}</Problem>
      <ul aria-label="Cases of these alerts" className="-mx-1 flex flex-col empty:hidden">
        {theirs.map((found) => (
          <CaseRow
            key={found.id}
            title={found.codename}
            note={found.owner}
            classification={found.classification}
            action={free.length === 0 ? 'Open' : 'Add'}
            busy={busy === found.id}
            onChoose={() =>
              free.length === 0 ? router.push(`/investigations/${found.id}`) : void add(found.id, found.codename)
            }
          />
        ))}
      </ul>
      {(free.length > 0 || theirs.length === 1) && (
        <CaseSearch
          theirs={theirs}
          purpose={free.length > 0 ? 'Add' : 'Merge'}
          busy={busy}
          onChoose={(item) => (free.length > 0 ? void add(item.id, item.codename) : onMerge([item, ...theirs]))}
        />
      )}
    </div>
  );
}

type CaseSearchProps = {
  /** Cases that are offered already. */
  theirs: AlertCase[];
  purpose: 'Add' | 'Merge';
  /** The id of the case that is being changed. */
  busy: string | null;
  onChoose: (found: NamedCase) => void;
};

/** Finds another case: to add alerts to it, or to merge one with it. */
function CaseSearch({ theirs, purpose, busy, onChoose }: CaseSearchProps) {
  const [text, setText] = useState('');
  const q = useDeferredValue(text.trim());
  const { data, error } = useApi('/api/investigations', { query: { q, limit: 8 } });
  const others = data?.items.filter(({ id }) => !theirs.some((one) => one.id === id)) ?? [];
  return (
    <>
      <Field
        label={purpose === 'Add' ? 'Find a case' : 'Find a case to merge it with'}
        hint="Title, codename, entity or technique. An approved case becomes a draft again."
      >
        {(control) => (
          <Input
            {...control}
            type="search"
            value={text}
            maxLength={300}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <Problem>{error ? errorMessage(error) : ''}</Problem>
      <ul aria-label="Cases" className="-mx-1 flex flex-col">
        {others.map((item) => (
          <CaseRow
            key={item.id}
            title={item.title}
            note={`${item.codename} · ${item.openedBy.name}`}
            classification={item.classification}
            status={item.status}
            action={purpose}
            busy={busy === item.id}
            onChoose={() => onChoose(item)}
          />
        ))}
        {data && others.length === 0 && <li className="px-1 py-2 text-ink-3 text-sm">No cases found.</li>}
      </ul>
    </>
  );
}

type CaseRowProps = {
  title: string;
  note: string;
  classification: string | null;
  status?: Parameters<typeof StatusTag>[0]['value'];
  action: keyof typeof ACTION;
  busy: boolean;
  onChoose: () => void;
};

const ACTION = { Add: 'Add to', Open: 'Open', Merge: 'Merge with' };

function CaseRow({ title, note, classification, status, action, busy, onChoose }: CaseRowProps) {
  const verdict = classificationOf(classification);
  return (
    <li className="flex items-center gap-2 rounded-md px-1 py-1.5 hover:bg-hover">
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium text-sm">
          <Unseen text={title} />
        </span>
        <span className="flex flex-wrap gap-x-2 text-ink-3 text-xs">
          {note}
          {verdict && <ClassificationTag value={verdict} />}
          {status && <StatusTag value={status} />}
        </span>
      </span>
      <Button size="sm" busy={busy} aria-label={`${ACTION[action]} ${title}`} onClick={onChoose}>
        <FolderInput aria-hidden className="size-3.5" />
        {action}
      </Button>
    </li>
  );
}
