'use client';
import { type FormEvent, useState } from 'react';
import { SEVERITIES, severityLabel } from '@/components/labels/alert-labels';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import type { Severity } from '@/lib/alerts/schema';
import type { Sla } from '@/lib/alerts/sla';
import { Section } from './section';

const MINUTES = 60;

/** How long alerts of each severity may stay open, in hours. */
export function SlaTimes({ sla: initial, mayChange }: { sla: Sla; mayChange: boolean }) {
  const [hours, setHours] = useState(() => hoursOf(initial));
  const [saved, setSaved] = useState(false);
  const { busy, problem, at, send, form } = useRequest(/^(critical|high|medium|low|informational)$/);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSaved(false);
    const body = Object.fromEntries(
      SEVERITIES.map((severity) => [severity, Math.round(Number(hours[severity] || 'x') * MINUTES)]),
    ) as Sla; // one for each severity
    void send('send', async () => {
      setHours(hoursOf(await api.put('/api/alerts/sla', { body })));
      setSaved(true);
    });
  };
  return (
    <Section
      title="Time to close"
      lead="Hours from receiving an alert to closing it. The queue shows the time left and can be sorted by it."
    >
      <form ref={form} onSubmit={submit} className="flex flex-wrap items-start gap-3" noValidate>
        {SEVERITIES.map((severity) => (
          <Field key={severity} label={severityLabel(severity)} error={at(severity)} className="w-28">
            {(control) => (
              <Input
                {...control}
                type="number"
                inputMode="decimal"
                min={0.1}
                step="any"
                disabled={!mayChange}
                value={hours[severity]}
                onChange={(event) => {
                  setSaved(false);
                  setHours({ ...hours, [severity]: event.target.value });
                }}
              />
            )}
          </Field>
        ))}
        {mayChange && (
          <Button type="submit" variant="primary" busy={busy !== null} className="mt-5">
            Save times
          </Button>
        )}
      </form>
      <p role="status" className="mt-1 text-good text-sm">
        {saved && 'Saved.'}
      </p>
      {!mayChange && <p className="text-ink-2 text-sm">Only leads and admins can change this.</p>}
      <Problem>{problem}</Problem>
    </Section>
  );
}

function hoursOf(sla: Sla): Record<Severity, string> {
  return Object.fromEntries(
    SEVERITIES.map((severity) => [severity, String(Math.round((sla[severity] / MINUTES) * 100) / 100)]),
  ) as Record<Severity, string>; // one for each severity
}
