'use client';
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { CLOSE_REASONS, DISPOSITION, DISPOSITIONS } from '@/components/labels/alert-labels';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { Dialog, DialogClose } from '@/components/ui/dialog';
import { Field, Textarea } from '@/components/ui/field';
import { Kbd } from '@/components/ui/kbd';
import type { Disposition } from '@/lib/alerts/schema';

type CloseDialogProps = {
  /** Titles of what will be closed; empty keeps the dialog shut. */
  titles: string[];
  /** How many alerts that is, when it is more than the titles. */
  count?: number;
  /** What to start with. */
  suggested?: { disposition: Disposition; reason: string };
  onClose: (disposition: Disposition, reason: string) => void;
  onCancel: () => void;
};

/** Closing needs a disposition and a reason. By keys: 1 to 4, then 1 to 3 for a usual reason, then Enter. */
export function CloseDialog({ titles, count = titles.length, suggested, onClose, onCancel }: CloseDialogProps) {
  const first = useRef<HTMLButtonElement>(null);
  const shown = useRef({ title: titles[0], count });
  if (titles.length > 0) shown.current = { title: titles[0], count }; // stays while the dialog fades
  const many = shown.current.count > 1;
  return (
    <Dialog
      open={titles.length > 0}
      onOpenChange={(open) => !open && onCancel()}
      title={many ? `Close ${shown.current.count.toLocaleString('en')} alerts as…` : 'Close this alert as…'}
      description={many ? undefined : <span className="line-clamp-2">{shown.current.title}</span>}
      initialFocus={first}
    >
      {titles.length > 0 && <CloseForm firstRef={first} many={many} suggested={suggested} onClose={onClose} />}
    </Dialog>
  );
}

type CloseFormProps = {
  firstRef: RefObject<HTMLButtonElement | null>;
  many: boolean;
  suggested: CloseDialogProps['suggested'];
  onClose: CloseDialogProps['onClose'];
};

function CloseForm({ firstRef, many, suggested, onClose }: CloseFormProps) {
  const [disposition, setDisposition] = useState<Disposition | null>(suggested?.disposition ?? null);
  const [reason, setReason] = useState(suggested?.reason ?? '');
  const [missing, setMissing] = useState(false);
  const usual = useRef<HTMLButtonElement>(null);
  const text = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (disposition) usual.current?.focus();
  }, [disposition]);
  const submit = () => {
    if (disposition && reason.trim() !== '') return onClose(disposition, reason.trim());
    setMissing(true);
    text.current?.focus();
  };
  const onDigit = (digit: number) => {
    if (disposition === null) return setDisposition(DISPOSITIONS[digit - 1] ?? null);
    const chosen = CLOSE_REASONS[disposition][digit - 1];
    if (chosen) setReason(chosen);
    text.current?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: digits and Enter are short cuts to the buttons inside
    <div className="flex flex-col gap-3" onKeyDown={(event) => onKey(event, { submit, onDigit })}>
      <DispositionChoice firstRef={firstRef} chosen={disposition} onChoose={setDisposition} />
      {disposition && (
        <>
          <UsualReasons
            firstRef={usual}
            options={CLOSE_REASONS[disposition]}
            chosen={reason}
            onChoose={(option) => {
              setReason(option);
              text.current?.focus();
            }}
          />
          <Field
            label="Reason"
            hint="Shown with the alert and in its activity."
            error={missing && reason.trim() === '' ? 'Enter a reason, or choose one above.' : undefined}
          >
            {(control) => (
              <Textarea
                {...control}
                ref={text}
                rows={2}
                maxLength={2000}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            )}
          </Field>
          <div className="flex justify-end gap-2">
            <DialogClose>
              <Button>Cancel</Button>
            </DialogClose>
            <Button variant="primary" onClick={submit}>
              {many ? 'Close alerts' : 'Close alert'}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}

/** Enter in the text, or with Ctrl or Cmd anywhere, closes; a digit presses the button of that number. */
function onKey(event: KeyboardEvent, { submit, onDigit }: { submit: () => void; onDigit: (digit: number) => void }) {
  if (event.altKey) return;
  const typing = event.target instanceof HTMLTextAreaElement;
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey || (typing && !event.shiftKey))) {
    event.preventDefault();
    submit();
  } else if (!typing && !event.ctrlKey && !event.metaKey && /^[1-9]$/.test(event.key)) {
    event.preventDefault(); // or the digit lands in the text that gets the focus
    onDigit(Number(event.key));
  }
}

/** `firstRef`: the first of the buttons. */
type ChoiceProps<Chosen, Option> = {
  firstRef: RefObject<HTMLButtonElement | null>;
  chosen: Chosen;
  onChoose: (option: Option) => void;
};

function DispositionChoice({ firstRef, chosen, onChoose }: ChoiceProps<Disposition | null, Disposition>) {
  return (
    <fieldset aria-label="Disposition" className="-mx-1 flex flex-col gap-0.5">
      {DISPOSITIONS.map((option, index) => (
        <button
          key={option}
          ref={index === 0 ? firstRef : undefined}
          type="button"
          aria-pressed={chosen === option}
          onClick={() => onChoose(option)}
          className={cx(
            'flex items-center gap-3 rounded-lg px-2 py-2 text-left hover:bg-hover',
            chosen === option && 'bg-selected',
          )}
        >
          {chosen === null ? <Kbd keys={String(index + 1)} /> : null}
          <span className="min-w-0 flex-1">
            <span className="block font-medium text-sm">{DISPOSITION[option].label}</span>
            <span className="block text-ink-3 text-xs">{DISPOSITION[option].meaning}</span>
          </span>
        </button>
      ))}
    </fieldset>
  );
}

function UsualReasons({
  firstRef,
  options,
  chosen,
  onChoose,
}: ChoiceProps<string, string> & { options: readonly string[] }) {
  return (
    <fieldset aria-label="Usual reasons" className="flex flex-wrap gap-1.5">
      {options.map((option, index) => (
        <Button
          key={option}
          ref={index === 0 ? firstRef : undefined}
          size="sm"
          aria-pressed={chosen === option}
          className={chosen === option ? 'border-accent bg-accent-soft' : ''}
          onClick={() => onChoose(option)}
        >
          <Kbd keys={String(index + 1)} />
          {option}
        </Button>
      ))}
    </fieldset>
  );
}
