'use client';
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { errorMessage } from '@/components/shell/api';
import { useKeptText } from '@/components/shell/kept-text';
import { MentionTextarea } from '@/components/shell/mention-textarea';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { Field } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { suggestionBlock, suggestionIn } from '@/lib/reviews/suggestion';

type ComposerProps = {
  label: string;
  /** Unsent text is kept under it in this browser. */
  name: string;
  /** `later`: kept with the review until it is sent as a whole. */
  onSend: (body: string, later: boolean) => Promise<void>;
  onDone?: () => void;
  /** The lines that a suggestion would replace. */
  lines?: string;
};

/** Writes a comment on lines, a thread or the whole report. */
export function Composer({ label, name, onSend, onDone, lines }: ComposerProps) {
  const [body, setBody] = useKeptText(name);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState<'now' | 'later' | null>(null);
  const isSuggestion = suggestionIn(body) !== null;
  const send = async (later: boolean) => {
    if (body.trim() === '' || busy) return;
    setBusy(later ? 'later' : 'now');
    setProblem('');
    try {
      await onSend(body, later);
      setBody('');
      onDone?.();
    } catch (error) {
      setProblem(errorMessage(error));
    } finally {
      setBusy(null);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && onDone) onDone();
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) void send(true);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-2">
      <Field label={label}>
        {(control) => (
          <MentionTextarea
            {...control}
            rows={3}
            className={cx('field-sizing-content max-h-96 min-h-18', isSuggestion && 'font-mono text-xs')}
            value={body}
            onChange={setBody}
            onKeyDown={onKeyDown}
            autoFocus={onDone !== undefined}
          />
        )}
      </Field>
      <Problem>{problem}</Problem>
      <Acts
        busy={busy}
        isEmpty={body.trim() === ''}
        onAdd={() => void send(true)}
        onSuggest={lines === undefined ? undefined : () => setBody(withSuggestion(body, lines))}
        onCancel={onDone}
      />
    </form>
  );
}

/** A block with the lines as they are, below what is written. */
const withSuggestion = (body: string, lines: string): string =>
  `${body.trim() === '' ? '' : `${body.trimEnd()}\n\n`}${suggestionBlock(lines)}`;

type ActsProps = {
  busy: 'now' | 'later' | null;
  isEmpty: boolean;
  onAdd: () => void;
  onSuggest: (() => void) | undefined;
  onCancel: (() => void) | undefined;
};

/** The form's own button sends at once. */
function Acts({ busy, isEmpty, onAdd, onSuggest, onCancel }: ActsProps) {
  return (
    <div className="flex flex-wrap gap-2">
      <Button size="sm" variant="primary" busy={busy === 'later'} disabled={isEmpty} onClick={onAdd}>
        Add to review
      </Button>
      <Button type="submit" size="sm" busy={busy === 'now'} disabled={isEmpty}>
        Comment
      </Button>
      {onSuggest && (
        <Button size="sm" variant="quiet" onClick={onSuggest}>
          Suggest a change
        </Button>
      )}
      {onCancel && (
        <Button size="sm" variant="quiet" onClick={onCancel}>
          Cancel
        </Button>
      )}
    </div>
  );
}
