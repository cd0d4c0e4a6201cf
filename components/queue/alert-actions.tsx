'use client';
import { CircleCheck, FileSearch, FolderInput, RotateCcw, UserPlus } from 'lucide-react';
import Link from 'next/link';
import { Button } from '@/components/ui/button';
import { buttonClass } from '@/components/ui/button-class';
import type { AlertItem, Person } from '@/lib/alerts/schema';
import { openCaseOf } from './case-dialog';
import { AssignMenu, SeverityMenu } from './triage-menus';
import type { Triage } from './use-triage';

/** The actions on the previewed alert. */
export function AlertActions({
  alert,
  triage,
  people,
  me,
}: {
  alert: AlertItem;
  triage: Triage;
  people: Person[];
  me: Person;
}) {
  const targets = [alert];
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {alert.investigation ? (
        <Link href={`/investigations/${alert.investigation.id}`} className={buttonClass('primary', 'sm')}>
          <FileSearch aria-hidden className="size-3.5" />
          Open case
        </Link>
      ) : (
        <Button size="sm" variant="primary" busy={triage.investigating} onClick={() => triage.investigate(targets)}>
          <FileSearch aria-hidden className="size-3.5" />
          Investigate
        </Button>
      )}
      {openCaseOf(alert) === null && (
        <Button size="sm" onClick={() => triage.askForCase(targets)}>
          <FolderInput aria-hidden className="size-3.5" />
          Add to case…
        </Button>
      )}
      {alert.assignee?.id !== me.id && (
        <Button size="sm" onClick={() => triage.assign(targets, 'me')}>
          <UserPlus aria-hidden className="size-3.5" />
          Assign to me
        </Button>
      )}
      {alert.status === 'closed' ? (
        <Button size="sm" onClick={() => triage.reopen(targets)}>
          <RotateCcw aria-hidden className="size-3.5" />
          Reopen
        </Button>
      ) : (
        <Button size="sm" onClick={() => triage.askToClose(targets)}>
          <CircleCheck aria-hidden className="size-3.5" />
          Close…
        </Button>
      )}
      <AssignMenu people={people} me={me} onAssign={(assignee) => triage.assign(targets, assignee)} />
      <SeverityMenu onChange={(severity) => triage.setSeverity(targets, severity)} />
    </div>
  );
}
