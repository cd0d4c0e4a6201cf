'use client';
import { Code, Columns2, Eye } from 'lucide-react';
import { Tooltip } from '@/components/ui/tooltip';

export const MODES = ['source', 'split', 'preview'] as const;
export type Mode = (typeof MODES)[number];

const LOOK = {
  source: { label: 'Source', Icon: Code },
  split: { label: 'Split', Icon: Columns2 },
  preview: { label: 'Preview', Icon: Eye },
};

/** Which of the two texts is shown. */
export function ModeSwitch({ mode, onChange }: { mode: Mode; onChange: (mode: Mode) => void }) {
  return (
    <fieldset className="flex rounded-md border border-line-2 p-px">
      <legend className="sr-only">View</legend>
      {MODES.map((value) => {
        const { label, Icon } = LOOK[value];
        return (
          <Tooltip key={value} text={label} keys="mod+shift+p">
            <button
              type="button"
              aria-pressed={mode === value}
              aria-label={label}
              onClick={() => onChange(value)}
              className="flex h-6.5 w-8 items-center justify-center rounded-sm text-ink-2 hover:bg-hover aria-pressed:bg-selected aria-pressed:text-accent"
            >
              <Icon aria-hidden className="size-3.5" />
            </button>
          </Tooltip>
        );
      })}
    </fieldset>
  );
}
