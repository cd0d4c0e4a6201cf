'use client';
import { useState } from 'react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Problem } from '@/components/ui/problem';
import { Scrollable } from '@/components/ui/scrollable';
import { Unseen } from '@/components/ui/unseen';
import type { Entity } from '@/lib/alerts/schema';
import type { EntityLogs } from '@/lib/entities/schema';
import { plural } from '@/lib/text/phrases';

/** Events of the logs that hold the entity, when they are asked for. Nothing is recorded as evidence. */
export function LogActivity({ entity }: { entity: Entity }) {
  const [found, setFound] = useState<EntityLogs | null>(null);
  const { busy, problem, send } = useRequest();
  const search = () =>
    send('send', async () => setFound(await api.get('/api/entities/{kind}/{value}/logs', { params: entity })));
  return (
    <div className="space-y-2">
      <Button size="sm" onClick={() => void search()} busy={busy !== null}>
        {found ? 'Search again' : 'Search the logs'}
      </Button>
      <Problem>{problem}</Problem>
      {found && (
        <p className="text-ink-2 text-xs" role="status">
          {summaryOf(found)}
        </p>
      )}
      {found && found.rows.length > 0 && (
        <Scrollable label="Events in the logs" className="max-h-96 rounded border border-line">
          <table className="w-full border-collapse font-mono text-2xs">
            <thead className="sticky top-0 bg-sunken text-ink-2">
              <tr>
                {['Time (UTC)', 'Source', 'Event'].map((name) => (
                  <th key={name} scope="col" className="whitespace-nowrap px-2 py-1 text-left font-medium">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {found.rows.map(({ time, source, event }, index) => (
                <tr key={index} className="border-line border-t align-top">
                  <td className="whitespace-nowrap px-2 py-1">{time}</td>
                  <td className="whitespace-nowrap px-2 py-1">{source}</td>
                  <td className="min-w-64 px-2 py-1 [overflow-wrap:anywhere]">
                    <Unseen text={event} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrollable>
      )}
    </div>
  );
}

function summaryOf({ sources, rows, truncated, from, to }: EntityLogs): string {
  if (sources.length === 0) return 'There are no log sources. Set LOGS_DIR to folders of log files and restart.';
  const range = `${from.slice(0, 10)} to ${to.slice(0, 10)} UTC`;
  const count =
    rows.length === 0 ? 'No events' : truncated ? `The newest ${rows.length} events` : plural(rows.length, 'event');
  return `${count} in ${plural(sources.length, 'source')}, ${range}.`;
}
