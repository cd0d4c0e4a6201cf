'use client';
import type { FormEvent } from 'react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Field, Textarea } from '@/components/ui/field';
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
  const { minutes, tools, last, nextAt, repositories } = polling;
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
      {repositories && (
        <Repositories connection={connection} repositories={repositories} canManage={canManage} onChange={onChange} />
      )}
      {canManage ? (
        <Select label="Fetch alerts" options={options} value={value} onChange={change} className="w-48" />
      ) : (
        <p>{options.find((option) => option.value === value)?.label}</p>
      )}
      {last && (
        <p className="mt-1.5 text-ink-2 [overflow-wrap:anywhere]">
          Last fetch <Time value={last.at} />: {last.fetched} listed, {last.accepted} new
          {last.rejected > 0 && `, ${last.rejected} unreadable (see Settings, Intake)`}.
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

type RepositoriesProps = Omit<Props, 'polling'> & { repositories: string[] };

/** The repositories whose alerts are fetched. */
function Repositories({ connection, repositories, canManage, onChange }: RepositoriesProps) {
  const { busy, problem, at, send, form } = useRequest<'save'>(/^pollRepositories/);
  if (!canManage)
    return <p className="mb-2 [overflow-wrap:anywhere]">{repositories.join(', ') || 'No repositories'}</p>;
  const save = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get('repositories') ?? '');
    const pollRepositories = text.split(/[\s,]+/).filter(Boolean);
    await send('save', async () => {
      onChange(await api.patch('/api/connections/{id}', { params: { id: connection.id }, body: { pollRepositories } }));
    });
  };
  return (
    <form ref={form} onSubmit={save} className="mb-3 flex max-w-md flex-col items-start gap-2">
      <Field
        label="Repositories"
        hint="owner/repository, one per line. Fetches open alerts created since the last fetch."
        error={at('pollRepositories')}
      >
        {(control) => (
          <Textarea
            {...control}
            name="repositories"
            rows={3}
            defaultValue={repositories.join('\n')}
            maxLength={10_000}
          />
        )}
      </Field>
      <Button type="submit" size="sm" busy={busy !== null}>
        Save repositories
      </Button>
      <Problem>{problem}</Problem>
    </form>
  );
}
