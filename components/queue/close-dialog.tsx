'use client';
import { useRef } from 'react';
import { DISPOSITION, DISPOSITIONS } from '@/components/labels/alert-labels';
import { Dialog } from '@/components/ui/dialog';
import { Kbd } from '@/components/ui/kbd';
import type { Disposition } from '@/lib/alerts/schema';

type CloseDialogProps = {
  /** Titles of what will be closed; empty keeps the dialog shut. */
  titles: string[];
  onClose: (disposition: Disposition) => void;
  onCancel: () => void;
};

/** Closing needs a disposition: one click, or keys 1 to 4. */
export function CloseDialog({ titles, onClose, onCancel }: CloseDialogProps) {
  const first = useRef<HTMLButtonElement>(null);
  const shown = useRef(titles);
  if (titles.length > 0) shown.current = titles; // keeps the titles while the dialog fades
  const [title] = shown.current;
  return (
    <Dialog
      open={titles.length > 0}
      onOpenChange={(open) => !open && onCancel()}
      title={shown.current.length > 1 ? `Close ${shown.current.length} alerts as…` : 'Close this alert as…'}
      description={shown.current.length > 1 ? undefined : <span className="line-clamp-2">{title}</span>}
      initialFocus={first}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: digits are a short cut to the buttons inside */}
      <div
        className="-mx-1 flex flex-col gap-0.5"
        onKeyDown={(event) => {
          const disposition = DISPOSITIONS[Number(event.key) - 1];
          if (disposition && !event.ctrlKey && !event.metaKey && !event.altKey) onClose(disposition);
        }}
      >
        {DISPOSITIONS.map((disposition, index) => (
          <button
            key={disposition}
            ref={index === 0 ? first : undefined}
            type="button"
            onClick={() => onClose(disposition)}
            className="flex items-center gap-3 rounded-lg px-2 py-2 text-left hover:bg-hover"
          >
            <Kbd keys={String(index + 1)} />
            <span className="min-w-0 flex-1">
              <span className="block font-medium text-sm">{DISPOSITION[disposition].label}</span>
              <span className="block text-ink-3 text-xs">{DISPOSITION[disposition].meaning}</span>
            </span>
          </button>
        ))}
      </div>
    </Dialog>
  );
}
