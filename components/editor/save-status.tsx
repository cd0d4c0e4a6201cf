'use client';
import { Check, CircleAlert, CloudOff, GitMerge, Pencil } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Spinner } from '@/components/ui/spinner';
import type { SaveState } from './autosave';

/** Whether the text is saved, and the action if it is not. */
export function SaveStatus({
  state,
  version,
  onSave,
  onMerge,
}: {
  state: SaveState;
  version: number;
  onSave: () => void;
  onMerge: () => void;
}) {
  const row = 'inline-flex items-center gap-1.5 whitespace-nowrap text-xs';
  switch (state.kind) {
    case 'saved':
      return (
        <span
          data-testid="save-status"
          data-state="saved"
          className={`${row} text-ink-3`}
          title={`Draft version ${version}`}
        >
          <Check aria-hidden className="size-3.5" /> Saved
        </span>
      );
    case 'saving':
      return (
        <span data-testid="save-status" data-state="saving" className={`${row} text-ink-3`}>
          <Spinner /> Saving
        </span>
      );
    case 'unsaved':
      return (
        <span data-testid="save-status" data-state="unsaved" className={`${row} text-ink-2`}>
          <Pencil aria-hidden className="size-3.5" /> Unsaved
        </span>
      );
    case 'retrying':
      return (
        <span
          data-testid="save-status"
          data-state="retrying"
          role="alert"
          className={`${row} text-high`}
          title={state.message}
        >
          <CloudOff aria-hidden className="size-3.5" /> Not saved, retrying
          <Button size="sm" onClick={onSave}>
            Save now
          </Button>
        </span>
      );
    case 'refused':
      return (
        <span
          data-testid="save-status"
          data-state="refused"
          role="alert"
          className={`${row} max-w-80 whitespace-normal text-bad`}
        >
          <CircleAlert aria-hidden className="size-3.5 shrink-0" /> Not saved. {state.message}
          {state.into ? (
            // In a tab of its own: the unsaved text is here only.
            <a
              href={`/investigations/${state.into.id}`}
              target="_blank"
              rel="noreferrer"
              className="text-accent underline underline-offset-2"
            >
              Open {state.into.codename}
            </a>
          ) : (
            <Button size="sm" onClick={onSave}>
              Save now
            </Button>
          )}
        </span>
      );
    case 'conflict':
      return (
        <span data-testid="save-status" data-state="conflict" className={`${row} text-high`}>
          <GitMerge aria-hidden className="size-3.5" />
          <Button size="sm" variant="primary" onClick={onMerge}>
            Resolve conflict
          </Button>
        </span>
      );
  }
}
