'use client';
import { Quote as QuoteIcon, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button, IconButton } from '@/components/ui/button';
import { Textarea } from '@/components/ui/field';
import { Kbd } from '@/components/ui/kbd';
import type { Coaching } from '@/lib/agent/coachings';
import type { Quote, RunView } from '@/lib/agent/events';
import type { ProposalView } from '@/lib/drafts/schema';
import { CoachHistory } from './coach-history';

/** What a run is started with: nothing (investigate), words, a coaching by its id, and what they are about. */
export type StartBody = {
  instruction?: string;
  coaching?: string;
  quote?: Quote;
  answer?: 'changes' | 'note';
  fresh?: boolean;
  model?: string;
};
export type Start = (body?: StartBody) => Promise<boolean>;

/** The id of the field, for keys that lead to it. */
export const COACH_FIELD = 'coach';

type CoachBoxProps = {
  runs: RunView[];
  proposals: ProposalView[];
  coachings: Coaching[];
  busy: boolean;
  /** What was selected in the report to ask about; `n` grows with each selection. */
  quote: (Quote & { n: number }) | null;
  /** Words put into the box from elsewhere, to be answered in a note. */
  suggestion: { text: string; n: number } | null;
  onQuote: (quote: null) => void;
  onStart: Start;
  onRun: (id: string) => void;
};

/** Plain words to the model, or what analysts keep having to say at one click. Its changes come back as hunks. */
export function CoachBox({
  runs,
  proposals,
  coachings,
  busy,
  quote,
  suggestion,
  onQuote,
  onStart,
  onRun,
}: CoachBoxProps) {
  const [text, setText] = useState('');
  const [answer, setAnswer] = useState<'changes' | 'note'>('changes');
  const [fresh, setFresh] = useState(false);
  const [sending, setSending] = useState<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (!quote) return;
    setAnswer('note');
    field.current?.focus();
  }, [quote]);

  useEffect(() => {
    if (!suggestion) return;
    setText(suggestion.text);
    setAnswer('note');
    field.current?.focus();
  }, [suggestion]);

  const start = async (key: string, body: StartBody) => {
    if (busy || sending !== null) return;
    setSending(key);
    const about = quote ? { quote: { text: quote.text, section: quote.section } } : {};
    if (await onStart({ ...body, ...about, ...(fresh ? { fresh } : {}) })) {
      setText('');
      setAnswer('changes');
      setFresh(false);
      onQuote(null);
    }
    setSending(null);
  };
  const instruction = text.trim();
  const send = () => {
    if (instruction !== '') void start('send', { instruction, answer });
  };
  return (
    <form
      className="max-h-[70%] shrink-0 overflow-auto border-line border-t bg-sunken px-3 py-2"
      aria-label="Coaching"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <CoachHistory runs={runs} proposals={proposals} onUse={setText} onRun={onRun} />
      {coachings.length > 0 && (
        <ul aria-label="Coaching at one click" className="mb-2 flex flex-wrap gap-1">
          {coachings.map(({ id, label, instruction: words }) => (
            <li key={id}>
              <button
                type="button"
                title={words}
                disabled={busy || sending !== null}
                aria-busy={sending === id}
                className="min-h-6 rounded-full border border-line-strong bg-surface px-2 text-2xs text-ink-2 enabled:hover:bg-hover enabled:hover:text-ink disabled:opacity-50"
                onClick={() => void start(id, { coaching: id, ...(instruction === '' ? {} : { instruction }) })}
              >
                {label}
              </button>
            </li>
          ))}
        </ul>
      )}
      <label htmlFor={COACH_FIELD} className="font-medium text-ink-2 text-xs">
        {quote ? 'Ask about the selection' : 'Coach the model'}
      </label>
      {quote && <Selection quote={quote} onRemove={() => onQuote(null)} />}
      <Textarea
        ref={field}
        id={COACH_FIELD}
        value={text}
        maxLength={4000}
        placeholder={
          quote
            ? 'Is this in the evidence? Who else did it?'
            : 'Check whether the key was used from this address before June'
        }
        className="mt-1 max-h-40 field-sizing-content"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          // Out of the field, so that the page's keys work.
          if (event.key === 'Escape') event.currentTarget.blur();
          if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return;
          event.preventDefault();
          send();
        }}
      />
      {!busy && runs.length > 0 && (
        <label
          className="mt-1 flex min-h-6 w-fit cursor-pointer items-center gap-1.5 text-2xs text-ink-2"
          title="A query that an earlier run asked over a time range that had ended is otherwise answered from its record"
        >
          <input
            type="checkbox"
            className="accent-accent"
            checked={fresh}
            onChange={(event) => setFresh(event.target.checked)}
          />
          Ask again instead of reusing answers
        </label>
      )}
      <div className="mt-1 flex flex-wrap items-center justify-between gap-x-2 gap-y-1 text-2xs text-ink-3">
        {busy ? (
          <span>A run is under way. Stop it, or wait, to give it another task.</span>
        ) : (
          <fieldset className="flex items-center gap-2">
            <legend className="sr-only">How it answers</legend>
            <Choice value="changes" chosen={answer} onChoose={setAnswer}>
              Changes to accept
            </Choice>
            <Choice value="note" chosen={answer} onChoose={setAnswer}>
              A note only
            </Choice>
          </fieldset>
        )}
        <Button
          type="submit"
          size="sm"
          variant="primary"
          disabled={busy || instruction === ''}
          busy={sending === 'send'}
          className="ml-auto"
        >
          Send <Kbd keys="mod+enter" className="hidden opacity-80 md:inline-flex" />
        </Button>
      </div>
    </form>
  );
}

function Selection({ quote, onRemove }: { quote: Quote; onRemove: () => void }) {
  return (
    <figure className="mt-1 flex items-start gap-1.5 rounded border border-line bg-surface p-1.5 text-xs">
      <QuoteIcon aria-hidden className="mt-0.5 size-3.5 shrink-0 text-ink-3" />
      <div className="min-w-0 flex-1">
        {quote.section && <figcaption className="text-2xs text-ink-3">{quote.section}</figcaption>}
        <blockquote className="line-clamp-4 whitespace-pre-wrap text-ink-2 [overflow-wrap:anywhere]">
          {quote.text}
        </blockquote>
      </div>
      <IconButton label="Ask without the selection" size="sm" onClick={onRemove}>
        <X aria-hidden className="size-3.5" />
      </IconButton>
    </figure>
  );
}

function Choice({
  value,
  chosen,
  onChoose,
  children,
}: {
  value: 'changes' | 'note';
  chosen: 'changes' | 'note';
  onChoose: (value: 'changes' | 'note') => void;
  children: string;
}) {
  return (
    <label className="flex min-h-6 cursor-pointer items-center gap-1 text-ink-2">
      <input
        type="radio"
        name="answer"
        className="accent-accent"
        checked={chosen === value}
        onChange={() => onChoose(value)}
      />
      {children}
    </label>
  );
}
