import { CircleAlert, CircleCheck } from 'lucide-react';
import { Badge, Tag } from '@/components/ui/badge';
import { Time } from '@/components/ui/time';
import type { ConnectionDetail, TestStep } from '@/lib/connections/schema';
import { HealthTag } from './health-tag';

/** How a connection is doing: state, secrets by name, the last failure. */
export function ConnectionHealth({ detail }: { detail: ConnectionDetail }) {
  const { health } = detail;
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-ink-2 text-sm">
        {detail.enabled ? <HealthTag health={health} /> : <Badge>disabled</Badge>}
        {health.lastOkAt && (
          <span>
            last answered <Time value={health.lastOkAt} />
          </span>
        )}
        {detail.secrets.map(({ name, fromEnv, value, missing }) => (
          <Badge key={name} tone={missing ? 'bad' : 'neutral'} className="max-w-full truncate">
            {name}:{' '}
            {fromEnv === null ? (value ?? 'stored') : missing ? `${fromEnv} is not set here` : `from ${fromEnv}`}
          </Badge>
        ))}
      </p>
      {health.lastError && health.lastErrorAt && (
        <p className="mt-1.5 text-ink-2 text-sm [overflow-wrap:anywhere]">
          Last error, <Time value={health.lastErrorAt} />: {health.lastError}
        </p>
      )}
    </>
  );
}

const STEPS = { connect: 'Connect', list: 'List tools', read: 'Read' };

/** What a test did, step by step, and where it stopped. */
export function TestSteps({ steps }: { steps: TestStep[] }) {
  if (steps.length === 0) return null;
  return (
    <ol aria-label="Test" className="mt-2 flex flex-col gap-1 text-sm">
      {steps.map(({ name, ok, message }) => (
        <li key={name} className="flex flex-wrap gap-x-2">
          <Tag tone={ok ? 'good' : 'bad'} icon={ok ? <CircleCheck /> : <CircleAlert />}>
            {STEPS[name]} {ok ? '' : 'failed'}
          </Tag>
          <span className="min-w-0 text-ink-2 [overflow-wrap:anywhere]">{message}</span>
        </li>
      ))}
    </ol>
  );
}
