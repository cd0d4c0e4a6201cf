'use client';
import { type ComponentProps, type ReactNode, useState } from 'react';
import { type ButtonSize, type ButtonVariant, buttonClass } from './button-class';
import { cx } from './class-names';
import { Spinner } from './spinner';
import { Tooltip } from './tooltip';

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

type BusyButtonProps = Omit<ButtonProps, 'onClick' | 'busy'> & { onClick: () => Promise<unknown> };

/** Busy until what it starts is done, whichever way that ends. */
export function BusyButton({ onClick, ...rest }: BusyButtonProps) {
  const [busy, setBusy] = useState(false);
  const press = () => {
    setBusy(true);
    void onClick().finally(() => setBusy(false));
  };
  return <Button {...rest} busy={busy} onClick={press} />;
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
