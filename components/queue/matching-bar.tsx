'use client';
import { CircleCheck, UserPlus, X } from 'lucide-react';
import { useState } from 'react';
import { DISPOSITION, severityLabel } from '@/components/labels/alert-labels';
import { Button, IconButton } from '@/components/ui/button';
import type { Person } from '@/lib/alerts/schema';
import { CloseDialog } from './close-dialog';
import { AssignMenu, SeverityMenu } from './triage-menus';
import type { Matching, useMatching } from './use-matching';

type MatchingBarProps = {
  matching: Matching;
  bulk: ReturnType<typeof useMatching>;
  people: Person[];
  me: Person;
};

/** Acts on every alert that the filters show. */
export function MatchingBar({ matching: { count, capped }, bulk, people, me }: MatchingBarProps) {
  const [closing, setClosing] = useState(false);
  const assign = (assignee: string | null) => {
    const name = assignee === 'me' ? 'you' : people.find(({ id }) => id === assignee)?.name;
    void bulk.change({ assignee }, name ? `assigned to ${name}` : 'unassigned');
  };
  return (
    <section
      aria-label="All matching alerts"
      className="flex shrink-0 flex-wrap items-center gap-1.5 border-accent border-t bg-selected px-3 py-2 md:px-4"
    >
      <p className="mr-1.5 font-medium text-sm" role="status">
        {capped
          ? `More than ${count.toLocaleString('en')} alerts match. Narrow the filters to change them together.`
          : `All ${count.toLocaleString('en')} matching alerts`}
      </p>
      {!capped && (
        <>
          <Button size="sm" busy={bulk.busy} onClick={() => assign('me')}>
            <UserPlus aria-hidden className="size-3.5" />
            Assign to me
          </Button>
          <AssignMenu people={people} me={me} onAssign={assign} />
          <SeverityMenu
            onChange={(severity) => void bulk.change({ severity }, `set to ${severityLabel(severity).toLowerCase()}`)}
          />
          <Button size="sm" onClick={() => setClosing(true)}>
            <CircleCheck aria-hidden className="size-3.5" />
            Close…
          </Button>
        </>
      )}
      <IconButton label="Clear selection" size="sm" className="ml-auto" onClick={bulk.clear}>
        <X aria-hidden className="size-4" />
      </IconButton>
      <CloseDialog
        titles={closing ? ['All matching alerts'] : []}
        count={count}
        onCancel={() => setClosing(false)}
        onClose={(disposition, reason) => {
          setClosing(false);
          void bulk.change(
            { status: 'closed', disposition, reason },
            `closed as ${DISPOSITION[disposition].label.toLowerCase()}`,
          );
        }}
      />
    </section>
  );
}
