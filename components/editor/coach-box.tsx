'use client';
import { Quote as QuoteIcon, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useKeptText } from '@/components/shell/kept-text';
import { Button, IconButton } from '@/components/ui/button';
import { Textarea } from '@/components/ui/field';
import { Kbd } from '@/components/ui/kbd';
import type { Coaching } from '@/lib/agent/coachings';
import type { Quote, RunView } from '@/lib/agent/events';
import type { ProposalView } from '@/lib/drafts/schema';
import { CoachHistory } from './coach-history';

type Answer = 'changes' | 'note';

/** What a run is started with: nothing (investigate), an instruction, a quick prompt by its id, and the selected text. */
export type StartBody = {
  instruction?: string;
  coaching?: string;
  quote?: Quote;
  answer?: Answer;
  fresh?: boolean;
  parallel?: boolean;
  model?: string;
};
export type Start = (body?: StartBody) => Promise<boolean>;

/** The id of the field, for the keys that focus it. */
export const COACH_FIELD = 'coach';

type CoachBoxProps = {
  caseId: string;
  runs: RunView[];
  proposals: ProposalView[];
  coachings: Coaching[];
  busy: boolean;
  /** The selected text to ask about; `n` grows with each selection. */
  quote: (Quote & { n: number }) | null;
  /** An instruction put into the box from elsewhere, to be answered in a note. */
  suggestion: { text: string; n: number } | null;
  onQuote: (quote: null) => void;
  onStart: Start;
  onRun: (id: string) => void;
};

/** Instructions to the model, free text or a quick prompt. Its changes come back as hunks. */
export function CoachBox({
  caseId,
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
  const { field, text, setText, sending, start, send, ...choices } = useInstruction({
    caseId,
    busy,
    quote,
    suggestion,
    onQuote,
    onStart,
  });
  const [wasEntered, setWasEntered] = useState(false);
  const instruction = text.trim();
  return (
    <form
      className="max-h-[70%] shrink-0 overflow-auto border-line border-t bg-sunken px-3 py-2"
      aria-label="Coaching"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      // Of the whole form: from a radio button or the checkbox the page would take the keys for Submit.
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return;
        event.preventDefault();
        send();
      }}
    >
      <CoachHistory runs={runs} proposals={proposals} onUse={setText} onRun={onRun} />
      <QuickPrompts
        // While a run works none of them can be sent, and its steps need the room.
        coachings={busy ? [] : coachings}
        sending={sending}
        disabled={busy || sending !== null}
        onChoose={(id) => void start(id, { coaching: id, ...(instruction === '' ? {} : { instruction }) })}
      />
      <label htmlFor={COACH_FIELD} className="font-medium text-ink-2 text-xs max-md:sr-only">
        {quote ? 'Ask about the selection' : 'Coach the investigation'}
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
        onFocus={() => setWasEntered(true)}
      />
      {/* On a phone the run needs the room until someone has something to say. */}
      <div className={wasEntered || instruction !== '' || quote ? undefined : 'max-md:hidden'}>
        {!busy && runs.length > 0 && <FreshChoice checked={choices.fresh} onChange={choices.setFresh} />}
        <Foot
          busy={busy}
          answer={choices.answer}
          onAnswer={choices.setAnswer}
          canSend={instruction !== ''}
          isSending={sending === 'send'}
        />
      </div>
    </form>
  );
}

/** What is being told: kept until it was sent. */
function useInstruction({
  caseId,
  busy,
  quote,
  suggestion,
  onQuote,
  onStart,
}: Pick<CoachBoxProps, 'caseId' | 'busy' | 'quote' | 'suggestion' | 'onQuote' | 'onStart'>) {
  const [text, setText] = useKeptText(`coach.${caseId}`);
  const [answer, setAnswer] = useState<Answer>('changes');
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
  }, [suggestion, setText]);

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
  const send = () => {
    const instruction = text.trim();
    if (instruction !== '') void start('send', { instruction, answer });
  };
  return { field, text, setText, answer, setAnswer, fresh, setFresh, sending, start, send };
}

type FootProps = {
  busy: boolean;
  answer: Answer;
  onAnswer: (answer: Answer) => void;
  canSend: boolean;
  isSending: boolean;
};

function Foot({ busy, answer, onAnswer, canSend, isSending }: FootProps) {
  return (
    <div className="mt-1 flex flex-wrap items-center justify-between gap-x-2 gap-y-1 text-2xs text-ink-3">
      {busy ? (
        <span>A run is in progress. Wait for it or stop it to start another.</span>
      ) : (
        <fieldset className="flex items-center gap-2">
          <legend className="sr-only">Answer as</legend>
          <Choice value="changes" chosen={answer} onChoose={onAnswer}>
            Proposed changes
          </Choice>
          <Choice value="note" chosen={answer} onChoose={onAnswer}>
            Note only
          </Choice>
        </fieldset>
      )}
      <Button
        type="submit"
        size="sm"
        variant="primary"
        disabled={busy || !canSend}
        busy={isSending}
        className="ml-auto"
      >
        Send <Kbd keys="mod+enter" className="hidden opacity-80 md:inline-flex" />
      </Button>
    </div>
  );
}

type QuickPromptsProps = {
  coachings: Coaching[];
  /** The one that is being sent. */
  sending: string | null;
  disabled: boolean;
  onChoose: (id: string) => void;
};

function QuickPrompts({ coachings, sending, disabled, onChoose }: QuickPromptsProps) {
  if (coachings.length === 0) return null;
  return (
    // On a phone one line, which scrolls.
    <ul
      aria-label="Quick prompts"
      className="mb-2 flex gap-1 max-md:-mx-3 max-md:overflow-x-auto max-md:px-3 max-md:pb-1 md:flex-wrap"
    >
      {coachings.map(({ id, label, instruction: prompt }) => (
        <li key={id}>
          <button
            type="button"
            title={prompt}
            disabled={disabled}
            aria-busy={sending === id}
            className="min-h-6 rounded-full border border-line-strong bg-surface px-2 text-2xs text-ink-2 max-md:min-h-8 max-md:whitespace-nowrap enabled:hover:bg-hover enabled:hover:text-ink disabled:opacity-50"
            onClick={() => onChoose(id)}
          >
            {label}
          </button>
        </li>
      ))}
    </ul>
  );
}

function FreshChoice({ checked, onChange }: { checked: boolean; onChange: (checked: boolean) => void }) {
  return (
    <label
      className="mt-1 flex min-h-6 w-fit cursor-pointer items-center gap-1.5 text-2xs text-ink-2"
      title="Otherwise a query over a closed time range is answered from the record of an earlier run"
    >
      <input
        type="checkbox"
        className="accent-accent"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      Re-run queries (ignore cached results)
    </label>
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
      <IconButton label="Remove the selection" size="sm" onClick={onRemove}>
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
  value: Answer;
  chosen: Answer;
  onChoose: (value: Answer) => void;
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
