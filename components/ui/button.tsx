'use client';
import type { ComponentProps, ReactNode } from 'react';
import { cx } from './class-names';
import { Spinner } from './spinner';
import { Tooltip } from './tooltip';

export type ButtonVariant = 'default' | 'primary' | 'danger' | 'quiet';
export type ButtonSize = 'sm' | 'md';

const VARIANTS: Record<ButtonVariant, string> = {
  default: 'border-line-2 bg-raised text-ink hover:bg-hover data-popup-open:bg-hover',
  primary: 'border-transparent bg-accent text-accent-ink hover:brightness-110 data-popup-open:brightness-110',
  danger: 'border-line-2 bg-raised text-bad hover:bg-bad-soft',
  quiet: 'border-transparent text-ink-2 hover:bg-hover hover:text-ink data-popup-open:bg-hover',
};

/** The look of a button, for links that lead somewhere (`<Link className={buttonClass()}>`). */
export function buttonClass(variant: ButtonVariant = 'default', size: ButtonSize = 'md'): string {
  return cx(
    'inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md border font-medium',
    'transition-colors disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-not-allowed aria-disabled:opacity-50',
    size === 'sm' ? 'h-7 px-2 text-xs' : 'h-8 px-3 text-sm',
    VARIANTS[variant],
  );
}

type ButtonProps = ComponentProps<'button'> & { variant?: ButtonVariant; size?: ButtonSize; busy?: boolean };

/** `busy` keeps the button focusable and its name readable, and ignores presses. */
export function Button({
  variant,
  size,
  busy = false,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      className={cx(buttonClass(variant, size), className)}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy && <Spinner />}
      {children}
    </button>
  );
}

type IconButtonProps = Omit<ButtonProps, 'children' | 'aria-label'> & {
  label: string;
  children: ReactNode;
  /** Shown beside the label in the tooltip, e.g. `j`. */
  keys?: string;
};

/** A square button of one icon. `label` is its name and its tooltip. */
export function IconButton({ label, keys, children, size, variant = 'quiet', className, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label} {...(keys ? { keys } : {})}>
      <Button
        {...rest}
        variant={variant}
        size={size ?? 'md'}
        aria-label={label}
        className={cx('px-0', size === 'sm' ? 'w-7' : 'w-8', className)}
      >
        {children}
      </Button>
    </Tooltip>
  );
}
