'use client';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { toast } from '@/components/ui/toaster';
import type { Removal } from '@/lib/retention/apply';
import type { Retention } from '@/lib/retention/settings';
import { plural } from '@/lib/text/phrases';
import { Section } from './section';

const KINDS = [
  { name: 'deliveries', label: 'Delivery payloads (days)', hint: 'What senders sent. Their alerts stay.' },
  { name: 'runs', label: 'Model transcripts (days)', hint: 'Text and thinking of runs. Tool calls and results stay.' },
  {
    name: 'evidence',
    label: 'Uncited evidence (days)',
    hint: 'Results of records that no draft or revision cites.',
  },
] as const;
type Kind = (typeof KINDS)[number]['name'];

/** How long data is kept, with what would go before it goes. */
export function RetentionForm({ settings, mayChange }: { settings: Retention; mayChange: boolean }) {
  const router = useRouter();
  const [days, setDays] = useState<Record<Kind, string>>(() => ({
    deliveries: String(settings.deliveries ?? ''),
    runs: String(settings.runs ?? ''),
    evidence: String(settings.evidence ?? ''),
  }));
  const [removal, setRemoval] = useState<Removal | null>(null);
  const { busy, problem, at, send, form } = useRequest<'preview' | 'save'>(/^(?:deliveries|runs|evidence)$/);
  const number = (text: string) => (text.trim() === '' ? null : Number(text));
  const body = { deliveries: number(days.deliveries), runs: number(days.runs), evidence: number(days.evidence) };
  const preview = () =>
    send('preview', async () => setRemoval(await api.post('/api/settings/retention/preview', { body })));
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await send('save', () => api.put('/api/settings/retention', { body })))) return;
    toast({ kind: 'good', title: 'Retention saved', description: 'It applies within the hour.' });
    router.refresh();
  };
  return (
    <Section
      title="Retention"
      lead="Older data is removed every hour. Leave a field empty to keep everything. Cited evidence is always kept."
    >
      <form ref={form} onSubmit={save} className="flex max-w-md flex-col gap-3.5">
        {KINDS.map(({ name, label, hint }) => (
          <Field key={name} label={label} hint={hint} error={at(name)}>
            {(control) => (
              <Input
                {...control}
                type="number"
                inputMode="numeric"
                min={1}
                step={1}
                value={days[name]}
                onChange={({ target }) => {
                  setRemoval(null);
                  setDays((now) => ({ ...now, [name]: target.value }));
                }}
                disabled={!mayChange}
                className="w-32"
              />
            )}
          </Field>
        ))}
        {removal && <Preview removal={removal} />}
        <Problem>{problem}</Problem>
        {mayChange ? (
          <div className="flex flex-wrap gap-2">
            <Button onClick={preview} busy={busy === 'preview'}>
              Show what would be removed
            </Button>
            <Button type="submit" variant="primary" busy={busy === 'save'}>
              Save retention
            </Button>
          </div>
        ) : (
          <p className="text-ink-2 text-sm">Admins can change this.</p>
        )}
      </form>
    </Section>
  );
}

function Preview({ removal }: { removal: Removal }) {
  const lines = [
    { ...removal.deliveries, noun: 'delivery payload' },
    { ...removal.runs, noun: 'model message' },
    { ...removal.evidence, noun: 'evidence result' },
  ]
    .filter(({ count }) => count > 0)
    .map(({ count, bytes, noun }) => `${plural(count, noun)} (${megabytes(bytes)})`);
  if (lines.length === 0) {
    return (
      <p role="status" className="rounded-md border border-line bg-sunken p-3 text-sm">
        These settings would remove nothing now.
      </p>
    );
  }
  return (
    <div role="status" className="rounded-md border border-line bg-sunken p-3 text-sm">
      <p className="mb-1 font-medium">These settings would remove now:</p>
      <ul className="list-disc pl-5">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
