'use client';
import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './class-names';

export type Option<T extends string> = { value: T; label: string; icon?: ReactNode };

type SelectProps<T extends string> = {
  /** The control's name. Drawn only when `showLabel`. */
  label: string;
  showLabel?: boolean;
  options: readonly Option<T>[];
  value: T | null;
  onChange: (value: T) => void;
  placeholder?: string;
  disabled?: boolean;
  size?: 'sm' | 'md';
  className?: string;
  id?: string;
};

/** One of a few options. */
export function Select<T extends string>(props: SelectProps<T>) {
  const {
    label,
    showLabel,
    options,
    value,
    onChange,
    placeholder = 'Choose…',
    disabled,
    size = 'md',
    className,
    id,
  } = props;
  return (
    <Base.Root
      items={options.map((option) => ({ value: option.value, label: option.label }))}
      value={value}
      onValueChange={(next) => next !== null && onChange(next as T)}
      {...(disabled === undefined ? {} : { disabled })}
    >
      <Base.Trigger
        id={id}
        // A combobox takes no name from its content.
        aria-label={label}
        className={cx(
          'inline-flex items-center justify-between gap-1.5 rounded-md border border-line-strong bg-surface text-ink hover:bg-hover disabled:opacity-50',
          size === 'sm' ? 'h-7 px-2 text-xs' : 'h-8 px-2.5 text-sm',
          className,
        )}
      >
        <span className="truncate">
          {showLabel && <span className="text-ink-3">{label}: </span>}
          <Base.Value placeholder={placeholder} />
        </span>
        <ChevronDown aria-hidden className="size-3.5 shrink-0 text-ink-3" />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50 outline-none">
          <Base.Popup className={cx(POPUP, 'min-w-(--anchor-width)')}>
            <Base.List className="max-h-(--available-height) overflow-y-auto">
              {options.map((option) => (
                <Base.Item key={option.value} value={option.value} className={ITEM}>
                  <span className="flex w-4 justify-center">
                    <Base.ItemIndicator>
                      <Check aria-hidden className="size-3.5" />
                    </Base.ItemIndicator>
                  </span>
                  {option.icon}
                  <Base.ItemText>{option.label}</Base.ItemText>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** Shared by everything that opens below a control. */
export const POPUP = 'rounded-lg border border-line bg-raised p-1 text-sm text-ink shadow-float outline-none';
export const ITEM =
  'flex min-h-7 select-none items-center gap-2 rounded-md px-2 py-1 outline-none data-highlighted:bg-hover data-disabled:opacity-50';
