'use client';
import { Check, CircleAlert, CloudOff, GitMerge, Pencil } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { Spinner } from '@/components/ui/spinner';
import type { SaveState } from './autosave';

type SaveStatusProps = {
  state: SaveState;
  version: number;
  onSave: () => void;
  onMerge: () => void;
};

/** Whether the text is saved, and the action if it is not. */
export function SaveStatus({ state, version, onSave, onMerge }: SaveStatusProps) {
  switch (state.kind) {
    case 'saved':
      return (
        <Status state="saved" className="text-ink-3" title={`Draft version ${version}`}>
          <Check aria-hidden className="size-3.5" /> Saved
        </Status>
      );
    case 'saving':
      return (
        <Status state="saving" className="text-ink-3">
          <Spinner /> Saving
        </Status>
      );
    case 'unsaved':
      return (
        <Status state="unsaved" className="text-ink-2">
          <Pencil aria-hidden className="size-3.5" /> Unsaved
        </Status>
      );
    case 'retrying':
      return (
        <Status state="retrying" role="alert" className="text-high" title={state.message}>
          <CloudOff aria-hidden className="size-3.5" /> Not saved, retrying
          <SaveNow onSave={onSave} />
        </Status>
      );
    case 'refused':
      return (
        <Status state="refused" role="alert" className="max-w-80 whitespace-normal text-bad">
          <CircleAlert aria-hidden className="size-3.5 shrink-0" /> Not saved. {state.message}
          {state.into ? <OtherCase found={state.into} /> : <SaveNow onSave={onSave} />}
        </Status>
      );
    case 'conflict':
      return (
        <Status state="conflict" className="text-high">
          <GitMerge aria-hidden className="size-3.5" />
          <Button size="sm" variant="primary" onClick={onMerge}>
            Resolve conflict
          </Button>
        </Status>
      );
  }
}

type StatusProps = { state: SaveState['kind']; className: string; role?: 'alert'; title?: string; children: ReactNode };

function Status({ state, className, children, ...rest }: StatusProps) {
  return (
    <span
      data-testid="save-status"
      data-state={state}
      className={cx('inline-flex items-center gap-1.5 whitespace-nowrap text-xs', className)}
      {...rest}
    >
      {children}
    </span>
  );
}

function SaveNow({ onSave }: { onSave: () => void }) {
  return (
    <Button size="sm" onClick={onSave}>
      Save now
    </Button>
  );
}

/** In a tab of its own: the unsaved text is here only. */
function OtherCase({ found: { id, codename } }: { found: { id: string; codename: string } }) {
  return (
    <a
      href={`/investigations/${id}`}
      target="_blank"
      rel="noreferrer"
      className="text-accent underline underline-offset-2"
    >
      Open {codename}
    </a>
  );
}
