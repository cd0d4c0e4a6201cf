'use client';
import { useState } from 'react';
import { SeverityTag } from '@/components/labels/alert-labels';
import { api, errorMessage } from '@/components/shell/api';
import { Button } from '@/components/ui/button';
import { Field, Textarea } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { Unseen } from '@/components/ui/unseen';
import type { Preview } from '@/lib/alerts/preview-alerts';
import type { ALERT_SOURCES } from '@/lib/alerts/schema';
import { Section } from './section';

/** Paste a document and see what it would become; nothing is stored. */
export function TrySample({ source }: { source: (typeof ALERT_SOURCES)[number] }) {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const [preview, setPreview] = useState<Preview | null>(null);
  const show = async () => {
    setBusy(true);
    setPreview(null);
    try {
      setPreview(await api.post('/api/alerts/preview', { body: { source, text } }));
      setProblem('');
    } catch (error) {
      setProblem(errorMessage(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section
      title="Try a sample"
      lead="Paste a document from your sender to see the alert it would become. Nothing is stored."
    >
      <div className="flex flex-col gap-2">
        <Field label={`Document for ${source}`}>
          {(control) => (
            <Textarea
              {...control}
              rows={6}
              value={text}
              onChange={(event) => setText(event.target.value)}
              className="font-mono text-xs"
            />
          )}
        </Field>
        <Button className="self-start" busy={busy} disabled={text.trim() === ''} onClick={show}>
          Show alert
        </Button>
        {problem && <Problem>{problem}</Problem>}
        {preview && <PreviewList preview={preview} />}
      </div>
    </Section>
  );
}

function PreviewList({ preview }: { preview: Preview }) {
  return (
    <div className="flex flex-col gap-3 text-sm" data-testid="alert-preview">
      <p className="text-ink-2">
        {preview.total} {preview.total === 1 ? 'alert' : 'alerts'}, {preview.rejected.length} rejected
      </p>
      {preview.alerts.map((alert) => (
        <div key={`${alert.source}:${alert.sourceRef}`} className="rounded-md border border-line p-2.5">
          <div className="flex flex-wrap items-center gap-2">
            <SeverityTag severity={alert.severity} />
            <span className="min-w-0 break-words font-medium">
              <Unseen text={alert.title} />
            </span>
          </div>
          <dl className="mt-2 grid grid-cols-[7rem_minmax(0,1fr)] gap-x-3 gap-y-1 text-xs">
            <dt className="text-ink-3">Source</dt>
            <dd>{alert.source}</dd>
            <dt className="text-ink-3">Source ID</dt>
            <dd className="break-all font-mono">{alert.sourceRef}</dd>
            <dt className="text-ink-3">Event time</dt>
            <dd>
              {alert.occurredAt}{' '}
              {alert.timeSource === 'receipt' && (
                <span className="text-ink-3">(none found; the time it was received is used)</span>
              )}
            </dd>
            {alert.severitySource === 'guess' && (
              <>
                <dt className="text-ink-3">Severity</dt>
                <dd>guessed: none given, or on an unknown scale</dd>
              </>
            )}
            <dt className="text-ink-3">Rule</dt>
            <dd className="break-words">
              <Unseen text={alert.rule ?? 'none found'} />
            </dd>
            <dt className="text-ink-3">Entities</dt>
            <dd className="break-words">
              <Unseen text={alert.entities.map(({ kind, value }) => `${kind} ${value}`).join(' · ') || 'none found'} />
            </dd>
          </dl>
        </div>
      ))}
      {preview.rejected.map(({ index, message }) => (
        <Problem key={index}>{message}</Problem>
      ))}
    </div>
  );
}
