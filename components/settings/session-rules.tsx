'use client';
import { useState } from 'react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Field } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { selectClass } from '@/components/ui/select-class';
import { toast } from '@/components/ui/toaster';
import type { SessionLimits } from '@/lib/auth/session-limits';
import { Section } from './section';

const HOURS = [8, 12, 24, 72, 168];
const MINUTES = [15, 30, 60, 240, 480];
const hours = (count: number): string =>
  count % 24 === 0 && count > 24 ? `${count / 24} days` : `${count} ${count === 1 ? 'hour' : 'hours'}`;
const minutes = (count: number): string => (count % 60 === 0 ? hours(count / 60) : `${count} minutes`);

/** When sessions end by themselves. */
export function SessionRules({ limits: initial }: { limits: SessionLimits }) {
  const [limits, setLimits] = useState(initial);
  const { busy, problem, send } = useRequest();
  const set = (patch: Partial<SessionLimits>) =>
    send('send', async () => {
      setLimits(await api.put('/api/settings/sessions', { body: { ...limits, ...patch } }));
      toast({ kind: 'good', title: 'Session limits saved' });
    });
  const choice = (name: keyof SessionLimits, known: number[], none: string, label: (count: number) => string) => {
    const value = limits[name];
    const all = value === null || known.includes(value) ? known : [...known, value].sort((a, b) => a - b);
    return {
      value: value === null ? '' : String(value),
      options: all.map((count) => [String(count), label(count)]),
      none,
    };
  };
  const lists = [
    { name: 'maxHours', label: 'Sign out after', ...choice('maxHours', HOURS, 'no fixed time', hours) },
    { name: 'idleMinutes', label: 'Sign out when idle for', ...choice('idleMinutes', MINUTES, '7 days', minutes) },
  ] as const;
  return (
    <Section
      title="Session limits"
      lead="Idle means no key, click or scroll in any tab. Text that was typed is saved first. API keys are not affected."
    >
      <div className="grid max-w-xl gap-3 sm:grid-cols-2">
        {lists.map(({ name, label, value, options, none }) => (
          <Field key={name} label={label}>
            {(control) => (
              <select
                {...control}
                className={selectClass}
                value={value}
                disabled={busy !== null}
                onChange={(event) =>
                  void set({ [name]: event.target.value === '' ? null : Number(event.target.value) })
                }
              >
                <option value="">{none}</option>
                {options.map(([id, text]) => (
                  <option key={id} value={id}>
                    {text}
                  </option>
                ))}
              </select>
            )}
          </Field>
        ))}
      </div>
      <Problem>{problem}</Problem>
    </Section>
  );
}
