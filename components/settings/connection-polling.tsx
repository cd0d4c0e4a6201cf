'use client';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Problem } from '@/components/ui/problem';
import { Select } from '@/components/ui/select';
import { Time } from '@/components/ui/time';
import type { ConnectionDetail } from '@/lib/connections/schema';

const INTERVALS = [
  { value: 'off', label: 'Off' },
  { value: '1', label: 'Every minute' },
  { value: '5', label: 'Every 5 minutes' },
  { value: '15', label: 'Every 15 minutes' },
  { value: '60', label: 'Every hour' },
];

type Props = {
  connection: ConnectionDetail;
  polling: NonNullable<ConnectionDetail['polling']>;
  canManage: boolean;
  onChange: (connection: ConnectionDetail) => void;
};

/** Whether alerts are fetched from a system, how often, and how the last time went. */
export function ConnectionPolling({ connection, polling, canManage, onChange }: Props) {
  const { id } = connection;
  const { problem, send } = useRequest();
  const { minutes, tools, last, nextAt } = polling;
  const value = minutes === null ? 'off' : String(minutes);
  const known = INTERVALS.some((interval) => interval.value === value);
  const options = known ? INTERVALS : [...INTERVALS, { value, label: `Every ${value} minutes` }];
  const change = (next: string) =>
    send('send', async () => {
      const pollMinutes = next === 'off' ? null : Number(next);
      onChange(await api.patch('/api/connections/{id}', { params: { id }, body: { pollMinutes } }));
    });
  return (
    <section aria-labelledby="polling" className="mb-8 text-sm">
      <h3 id="polling" className="mb-1 font-medium">
        Fetch alerts
      </h3>
      <p className="mb-2 text-ink-2">
        For systems that can’t send alerts to a webhook. It calls {tools.join(', ')}, which must be allowed as reads.
      </p>
      {canManage ? (
        <Select label="Fetch alerts" options={options} value={value} onChange={change} className="w-48" />
      ) : (
        <p>{options.find((option) => option.value === value)?.label}</p>
      )}
      {last && (
        <p className="mt-1.5 text-ink-2 [overflow-wrap:anywhere]">
          Last fetch <Time value={last.at} />: {last.fetched} listed, {last.accepted} new.
          {nextAt && (
            <>
              {' '}
              Next at <Time value={nextAt} show="utc" />.
            </>
          )}
          {last.error && <span className="text-bad"> It failed: {last.error}</span>}
        </p>
      )}
      <Problem className="mt-2">{problem}</Problem>
    </section>
  );
}
