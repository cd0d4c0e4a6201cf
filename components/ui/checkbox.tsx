'use client';
import { Checkbox as Base } from '@base-ui/react/checkbox';
import { Check, Minus } from 'lucide-react';
import type { MouseEvent } from 'react';
import { cx } from './class-names';

type CheckboxProps = {
  /** Its name. Drawn only when `showLabel`. */
  label: string;
  showLabel?: boolean;
  checked: boolean;
  /** Some, not all. */
  mixed?: boolean;
  onChange: (checked: boolean, event: { shiftKey: boolean }) => void;
  disabled?: boolean;
  tabIndex?: number;
  className?: string;
};

/** A 16 px box in a 24 px target. */
export function Checkbox({
  label,
  showLabel,
  checked,
  mixed = false,
  onChange,
  disabled,
  tabIndex,
  className,
}: CheckboxProps) {
  const box = (
    <Base.Root
      aria-label={showLabel ? undefined : label}
      checked={checked}
      indeterminate={mixed}
      onCheckedChange={(next, details) =>
        onChange(next, { shiftKey: (details.event as unknown as MouseEvent).shiftKey === true })
      }
      {...(disabled === undefined ? {} : { disabled })}
      {...(tabIndex === undefined ? {} : { tabIndex })}
      className={cx(
        'group inline-flex size-6 shrink-0 items-center justify-center rounded disabled:opacity-50',
        !showLabel && className,
      )}
    >
      <span
        aria-hidden
        className="flex size-4 items-center justify-center rounded-sm border border-line-strong bg-surface text-accent-ink group-data-checked:border-accent group-data-checked:bg-accent group-data-indeterminate:border-accent group-data-indeterminate:bg-accent"
      >
        <Base.Indicator>
          {mixed ? <Minus className="size-3" strokeWidth={3} /> : <Check className="size-3" strokeWidth={3} />}
        </Base.Indicator>
      </span>
    </Base.Root>
  );
  if (!showLabel) return box;
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the box inside
    <label className={cx('flex min-h-[24px] items-center gap-1 text-sm', className)}>
      {box}
      {label}
    </label>
  );
}
