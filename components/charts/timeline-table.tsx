'use client';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Scrollable } from '@/components/ui/scrollable';
import { ShowMore } from '@/components/ui/show-more';
import { Cell, HeaderCell, Table, TableHead, TableRow } from '@/components/ui/table';
import { Unseen } from '@/components/ui/unseen';
import { formatUtc } from '@/lib/time/time';
import type { TimelineEvent } from '@/lib/timeline/schema';
import { tacticLook } from './tactic';

const PAGE = 100;

/** The same events as rows. */
export function EventTable({ events, onEvidence }: { events: TimelineEvent[]; onEvidence: (number: number) => void }) {
  const [shown, setShown] = useState(PAGE);
  return (
    <Scrollable label="Events" className="max-h-96">
      <Table aria-label="Events">
        <TableHead>
          <tr>
            {['Time (UTC)', 'Actor', 'Action', 'Outcome', 'Tactic', 'Count', 'Evidence'].map((name) => (
              <HeaderCell key={name}>{name}</HeaderCell>
            ))}
          </tr>
        </TableHead>
        <tbody>
          {events.slice(0, shown).map((event, index) => (
            <TableRow key={index} className="text-xs">
              <Cell className="whitespace-nowrap font-mono">
                {formatUtc(new Date(event.at))}
                {event.until !== null && ` – ${formatUtc(new Date(event.until)).slice(11)}`}
              </Cell>
              <Cell>
                <Unseen text={event.actor} />
              </Cell>
              <Cell>
                <Unseen text={event.action} />
              </Cell>
              <Cell>{event.outcome ?? ''}</Cell>
              <Cell>{event.tactic === null ? '' : tacticLook(event.tactic).label}</Cell>
              <Cell className="tabular-nums">{event.count}</Cell>
              <Cell>
                {event.evidence !== null && (
                  <Button size="sm" variant="quiet" onClick={() => onEvidence(event.evidence ?? 0)}>
                    E{event.evidence}
                  </Button>
                )}
              </Cell>
            </TableRow>
          ))}
        </tbody>
      </Table>
      <ShowMore total={events.length} shown={shown} page={PAGE} onShow={setShown} />
    </Scrollable>
  );
}
