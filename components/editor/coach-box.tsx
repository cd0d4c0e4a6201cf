'use client';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Textarea } from '@/components/ui/field';
import { Kbd } from '@/components/ui/kbd';
import { Time } from '@/components/ui/time';
import type { RunView } from '@/lib/agent/events';

/** Plain words to the model. Its changes come back as hunks. */
export function CoachBox({
  runs,
  busy,
  onStart,
}: {
  runs: RunView[];
  busy: boolean;
  onStart: (instruction: string) => Promise<boolean>;
}) {
  const [text, setText] = useState('');
  const [sending, setSending] = useState(false);
  const said = runs.filter((run) => run.instruction);
  const send = async () => {
    const instruction = text.trim();
    if (!instruction || busy || sending) return;
    setSending(true);
    if (await onStart(instruction)) setText('');
    setSending(false);
  };
  return (
    <form
      className="shrink-0 border-line border-t bg-sunken px-3 py-2"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {said.length > 0 && (
        <details className="mb-1.5 text-xs">
          <summary className="cursor-pointer py-0.5 text-ink-3">
            {said.length} earlier {said.length === 1 ? 'instruction' : 'instructions'}
          </summary>
          <ul className="mt-1 max-h-40 space-y-1 overflow-auto">
            {said.map((run) => (
              <li key={run.id} className="flex gap-2">
                <button
                  type="button"
                  className="min-w-0 flex-1 rounded px-1 py-0.5 text-left text-ink-2 hover:bg-hover [overflow-wrap:anywhere]"
                  title="Use it again"
                  onClick={() => setText(run.instruction ?? '')}
                >
                  {run.instruction}
                </button>
                <Time value={run.createdAt} show="age" className="shrink-0 text-ink-3" />
              </li>
            ))}
          </ul>
        </details>
      )}
      <label htmlFor="coach" className="font-medium text-ink-2 text-xs">
        Coach the model
      </label>
      <Textarea
        id="coach"
        value={text}
        maxLength={4000}
        placeholder="Check whether the key was used from this address before June"
        className="mt-1 max-h-40 field-sizing-content"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return;
          event.preventDefault();
          void send();
        }}
      />
      <div className="mt-1 flex items-center justify-between gap-2 text-2xs text-ink-3">
        <span>
          {busy
            ? 'A run is at work. Stop it, or wait, to give it another task.'
            : 'Its changes come as hunks for you to accept or reject.'}
        </span>
        <Button type="submit" size="sm" variant="primary" disabled={busy || text.trim() === ''} busy={sending}>
          Send <Kbd keys="mod+enter" className="hidden opacity-80 md:inline-flex" />
        </Button>
      </div>
    </form>
  );
}
