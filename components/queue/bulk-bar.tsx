'use client';
import { CircleCheck, FileSearch, FolderInput, UserPlus, X } from 'lucide-react';
import { Button, IconButton } from '@/components/ui/button';
import type { AlertItem, Person } from '@/lib/alerts/schema';
import { MatchingBar } from './matching-bar';
import { AssignMenu, SeverityMenu } from './triage-menus';
import type { useMatching } from './use-matching';
import type { Triage } from './use-triage';

type BulkBarProps = {
  alerts: AlertItem[];
  triage: Triage;
  people: Person[];
  me: Person;
  /** Offers everything that the filters show: all of the page is selected, and there is more. */
  offer: boolean;
  bulk: ReturnType<typeof useMatching>;
  onClear: () => void;
};

/** Below the table while rows are selected: no row moves, and none is covered. */
export function BulkBar({ alerts, triage, people, me, offer, bulk, onClear }: BulkBarProps) {
  if (bulk.matching) return <MatchingBar matching={bulk.matching} bulk={bulk} people={people} me={me} />;
  if (alerts.length === 0) return null;
  return (
    <section
      aria-label="Selected alerts"
      className="flex shrink-0 flex-wrap items-center gap-1.5 border-accent border-t bg-selected px-3 py-2 md:px-4"
    >
      <p className="mr-1.5 font-medium text-sm">{alerts.length} selected</p>
      {offer && (
        <Button size="sm" variant="quiet" busy={bulk.busy} onClick={() => void bulk.count()}>
          Select all that match
        </Button>
      )}
      <Button size="sm" variant="primary" busy={triage.investigating} onClick={() => triage.investigate(alerts)}>
        <FileSearch aria-hidden className="size-3.5" />
        {alerts.length > 1 ? 'Investigate together' : 'Investigate'}
      </Button>
      <Button size="sm" onClick={() => triage.askForCase(alerts)}>
        <FolderInput aria-hidden className="size-3.5" />
        Add to case…
      </Button>
      <Button size="sm" onClick={() => triage.assign(alerts, 'me')}>
        <UserPlus aria-hidden className="size-3.5" />
        Assign to me
      </Button>
      <AssignMenu people={people} me={me} onAssign={(assignee) => triage.assign(alerts, assignee)} />
      <SeverityMenu onChange={(severity) => triage.setSeverity(alerts, severity)} />
      <Button size="sm" onClick={() => triage.askToClose(alerts)}>
        <CircleCheck aria-hidden className="size-3.5" />
        Close…
      </Button>
      <IconButton label="Clear selection" size="sm" className="ml-auto" onClick={onClear}>
        <X aria-hidden className="size-4" />
      </IconButton>
    </section>
  );
}
