'use client';
import { Inbox } from 'lucide-react';
import { useState } from 'react';
import { api, errorMessage } from '@/components/shell/api';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { EmptyState } from '@/components/ui/empty-state';
import { Problem } from '@/components/ui/problem';
import { Cell, HeaderCell, Table, TableHead, TableRow } from '@/components/ui/table';
import { Time } from '@/components/ui/time';
import { toast } from '@/components/ui/toaster';
import { Unseen } from '@/components/ui/unseen';
import type { Delivery } from '@/lib/alerts/deliveries';
import type { Page } from '@/lib/db/keyset';
import { Section } from './section';

/** The newest deliveries of alerts: what each became, or why it was refused; a lead can replay one. */
export function Deliveries({ first, mayReplay }: { first: Page<Delivery>; mayReplay: boolean }) {
  const { page, failedOnly, selected, replaying, problem, load, setSelected, replay, replaySelected } =
    useDeliveries(first);
  return (
    <Section
      title="Deliveries"
      lead="Requests of the last 90 days. A lead can replay them while their payload is kept (Settings → Retention), for example after an upgrade that improves support for their sender."
      action={
        <Checkbox label="Failed only" showLabel checked={failedOnly} onChange={(checked) => void load(checked, null)} />
      }
    >
      {problem && <Problem>{problem}</Problem>}
      {page.items.length === 0 ? (
        <EmptyState icon={<Inbox />} title={failedOnly ? 'No failed deliveries' : 'No deliveries yet'}>
          {failedOnly ? 'Every request was stored.' : 'Create an API key and send the example above.'}
        </EmptyState>
      ) : (
        <DeliveryTable
          items={page.items}
          onReplay={mayReplay ? replay : undefined}
          selected={selected}
          onSelect={setSelected}
        />
      )}
      {selected.size > 0 && (
        <Button size="sm" className="mt-2 mr-2" busy={replaying} onClick={() => void replaySelected()}>
          Replay {selected.size} selected
        </Button>
      )}
      {page.nextCursor && (
        <Button size="sm" className="mt-2" onClick={() => void load(failedOnly, page.nextCursor)}>
          Show more
        </Button>
      )}
    </Section>
  );
}

/** What is listed and chosen, and what can be done with it. */
function useDeliveries(first: Page<Delivery>) {
  const [page, setPage] = useState(first);
  const [failedOnly, setFailedOnly] = useState(false);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [replaying, setReplaying] = useState(false);
  const [problem, setProblem] = useState('');
  const load = async (failed: boolean, cursor: string | null) => {
    setFailedOnly(failed);
    try {
      const next = await api.get('/api/deliveries', { query: { failed: failed ? 'true' : undefined, cursor } });
      setPage(cursor ? { ...next, items: [...page.items, ...next.items] } : next);
      if (!cursor) setSelected(new Set());
      setProblem('');
    } catch (error) {
      setProblem(errorMessage(error));
    }
  };
  const replay = async (delivery: Delivery) => {
    try {
      const answer = await api.post('/api/deliveries/{id}/replay', { params: { id: delivery.id } });
      toast({ kind: 'good', title: 'Replayed', description: replayed(answer) });
      await load(failedOnly, null);
    } catch (error) {
      toast({ kind: 'bad', title: 'Couldn’t replay the delivery', description: errorMessage(error) });
    }
  };
  const replaySelected = async () => {
    setReplaying(true);
    try {
      const answer = await replayAll([...selected]);
      toast({
        kind: answer.failed === 0 ? 'good' : 'bad',
        title: `Replayed ${answer.replayed} of ${answer.replayed + answer.failed}`,
        description: replayed(answer),
      });
      await load(failedOnly, null);
    } catch (error) {
      toast({ kind: 'bad', title: 'Couldn’t replay the deliveries', description: errorMessage(error) });
    } finally {
      setReplaying(false);
    }
  };
  return { page, failedOnly, selected, replaying, problem, load, setSelected, replay, replaySelected };
}

const replayed = (answer: Counts & { reread: number }): string =>
  `${outcomeOf(answer)}; ${answer.reread} read differently`;

/** A request has as many as a server answers in seconds. */
const BATCH = 20;

async function replayAll(ids: string[]) {
  const total = { replayed: 0, accepted: 0, duplicates: 0, updated: 0, rejected: 0, reread: 0, failed: 0 };
  // The list is newest first; what came first is read first.
  const oldestFirst = ids.toReversed();
  for (let from = 0; from < oldestFirst.length; from += BATCH) {
    const { failed, ...counts } = await api.post('/api/deliveries/replay', {
      body: { ids: oldestFirst.slice(from, from + BATCH) },
    });
    total.failed += failed.length;
    for (const key of Object.keys(counts) as (keyof typeof counts)[]) total[key] += counts[key];
  }
  return total;
}

function DeliveryTable({
  items,
  onReplay,
  selected,
  onSelect,
}: {
  items: Delivery[];
  onReplay: ((delivery: Delivery) => void) | undefined;
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
}) {
  const replayable = items.filter(({ hasBody }) => hasBody).map(({ id }) => id);
  // In the order of the list.
  const select = (chosen: (id: string) => boolean) => onSelect(new Set(replayable.filter(chosen)));
  return (
    <Table>
      <TableHead>
        <tr>
          {onReplay && (
            <HeaderCell className="w-8 pl-0">
              <Checkbox
                label="Select all deliveries"
                checked={replayable.length > 0 && selected.size === replayable.length}
                mixed={selected.size > 0 && selected.size < replayable.length}
                onChange={(checked) => select(() => checked)}
              />
            </HeaderCell>
          )}
          <HeaderCell className={onReplay ? undefined : 'pl-0'}>Received</HeaderCell>
          <HeaderCell>Source</HeaderCell>
          <HeaderCell>Outcome</HeaderCell>
          <HeaderCell className="max-sm:hidden">Sender</HeaderCell>
          {onReplay && (
            <HeaderCell className="w-20 pr-0">
              <span className="sr-only">Replay</span>
            </HeaderCell>
          )}
        </tr>
      </TableHead>
      <tbody>
        {items.map((delivery) => (
          <DeliveryRow
            key={delivery.id}
            delivery={delivery}
            isSelected={selected.has(delivery.id)}
            onSelect={(checked) => select((id) => (id === delivery.id ? checked : selected.has(id)))}
            onReplay={onReplay}
          />
        ))}
      </tbody>
    </Table>
  );
}

type DeliveryRowProps = {
  delivery: Delivery;
  isSelected: boolean;
  onSelect: (checked: boolean) => void;
  /** Absent: this person may not. */
  onReplay: ((delivery: Delivery) => void) | undefined;
};

function DeliveryRow({ delivery, isSelected, onSelect, onReplay }: DeliveryRowProps) {
  return (
    <TableRow className="hover:bg-transparent" data-testid="delivery">
      {onReplay && (
        <Cell className="py-1.5 pl-0">
          {delivery.hasBody && (
            <Checkbox
              label={`Select the delivery of ${delivery.receivedAt}`}
              checked={isSelected}
              onChange={onSelect}
            />
          )}
        </Cell>
      )}
      <Cell className={onReplay ? 'whitespace-nowrap py-1.5' : 'whitespace-nowrap py-1.5 pl-0'}>
        <Time value={delivery.receivedAt} />
      </Cell>
      <Cell>{delivery.source}</Cell>
      <Cell className="break-words">
        <Badge tone={delivery.status >= 400 ? 'bad' : delivery.rejected > 0 ? 'medium' : 'good'}>
          {delivery.status}
        </Badge>{' '}
        {delivery.status < 400 && outcomeOf(delivery)}
        {delivery.message && (
          <span className="block text-ink-3 text-xs">
            <Unseen text={delivery.message} />
          </span>
        )}
      </Cell>
      <Cell className="break-words text-ink-2 max-sm:hidden">
        {delivery.actor?.name ?? 'deleted user'}
        <span className="block text-ink-3 text-xs">
          <Unseen text={delivery.sender} />
        </span>
      </Cell>
      {onReplay && (
        <Cell className="pr-0 text-right">
          {delivery.hasBody && (
            <Button
              size="sm"
              onClick={() => onReplay(delivery)}
              aria-label={`Replay the delivery of ${delivery.receivedAt}`}
            >
              Replay
            </Button>
          )}
        </Cell>
      )}
    </TableRow>
  );
}

type Counts = Pick<Delivery, 'accepted' | 'duplicates' | 'updated'> & { rejected: number | unknown[] };

/** `2 new, 1 update, 1 rejected`, without zero counts. */
function outcomeOf({ accepted, duplicates, updated, rejected }: Counts): string {
  const refused = typeof rejected === 'number' ? rejected : rejected.length;
  const parts = [
    [accepted, 'new'],
    [updated, updated === 1 ? 'update' : 'updates'],
    [duplicates, duplicates === 1 ? 'duplicate' : 'duplicates'],
    [refused, 'rejected'],
  ] as const;
  return (
    parts
      .filter(([count]) => count > 0)
      .map(([count, word]) => `${count} ${word}`)
      .join(', ') || 'empty'
  );
}
