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
  const [page, setPage] = useState(first);
  const [failedOnly, setFailedOnly] = useState(false);
  const [problem, setProblem] = useState('');
  const load = async (failed: boolean, cursor: string | null) => {
    try {
      const next = await api.get('/api/deliveries', { query: { failed: failed ? 'true' : undefined, cursor } });
      setPage(cursor ? { ...next, items: [...page.items, ...next.items] } : next);
      setProblem('');
    } catch (error) {
      setProblem(errorMessage(error));
    }
  };
  const replay = async (delivery: Delivery) => {
    try {
      const answer = await api.post('/api/deliveries/{id}/replay', { params: { id: delivery.id } });
      toast({
        kind: 'good',
        title: 'Replayed',
        description: `${outcomeOf(answer)}; ${answer.reread} read differently`,
      });
      await load(failedOnly, null);
    } catch (error) {
      toast({ kind: 'bad', title: 'Couldn’t replay the delivery', description: errorMessage(error) });
    }
  };
  return (
    <Section
      title="Deliveries"
      lead="Requests of the last 90 days. A lead can replay one while its payload is kept (Settings → Retention), for example after an upgrade that reads its sender better."
      action={
        <Checkbox
          label="Failed only"
          showLabel
          checked={failedOnly}
          onChange={(checked) => {
            setFailedOnly(checked);
            void load(checked, null);
          }}
        />
      }
    >
      {problem && <Problem>{problem}</Problem>}
      {page.items.length === 0 ? (
        <EmptyState icon={<Inbox />} title={failedOnly ? 'No failed deliveries' : 'No deliveries yet'}>
          {failedOnly ? 'Every request was stored.' : 'Create an API key and send the example above.'}
        </EmptyState>
      ) : (
        <DeliveryTable items={page.items} onReplay={mayReplay ? replay : undefined} />
      )}
      {page.nextCursor && (
        <Button size="sm" className="mt-2" onClick={() => void load(failedOnly, page.nextCursor)}>
          Show more
        </Button>
      )}
    </Section>
  );
}

function DeliveryTable({
  items,
  onReplay,
}: {
  items: Delivery[];
  onReplay: ((delivery: Delivery) => void) | undefined;
}) {
  return (
    <Table>
      <TableHead>
        <tr>
          <HeaderCell className="pl-0">Received</HeaderCell>
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
          <TableRow key={delivery.id} className="hover:bg-transparent" data-testid="delivery">
            <Cell className="whitespace-nowrap py-1.5 pl-0">
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
        ))}
      </tbody>
    </Table>
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
