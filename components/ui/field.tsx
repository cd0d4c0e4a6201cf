'use client';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { cx } from './class-names';

const CONTROL =
  'w-full rounded-md border border-line-strong bg-surface text-sm text-ink placeholder:text-ink-3 ' +
  'disabled:opacity-50 aria-invalid:border-bad focus-visible:outline-offset-0 pointer-coarse:text-[16px]';

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input {...rest} className={cx(CONTROL, 'h-8 px-2.5', className)} />;
}

/** Says so when it is full: a browser cuts what is pasted beyond `maxLength` without a word. */
export function Textarea({ className, ...rest }: ComponentProps<'textarea'>) {
  const { value, maxLength } = rest;
  const isFull = typeof value === 'string' && maxLength !== undefined && value.length >= maxLength;
  return (
    <>
      <textarea {...rest} className={cx(CONTROL, 'min-h-16 px-2.5 py-1.5 leading-5', className)} />
      {isFull && (
        <p role="status" className="text-ink-2 text-xs">
          {maxLength.toLocaleString('en')} characters at most: anything longer is cut off.
        </p>
      )}
    </>
  );
}

/** A day in a row of filters, with its label before it. */
export function DateField({ label, name, value }: { label: string; name: string; value: string | undefined }) {
  const id = useId();
  return (
    <span className="flex items-center gap-1.5">
      <label htmlFor={id} className="text-ink-2 text-xs">
        {label}
      </label>
      <Input id={id} type="date" name={name} defaultValue={value} className="w-36" />
    </span>
  );
}

type FieldProps = {
  label: ReactNode;
  hint?: ReactNode;
  /** In words; marks the control as invalid. */
  error?: ReactNode;
  className?: string;
  /** The control's id, where something else must find it. */
  id?: string;
  /** Gives the control its id and aria attributes: spread them on it. */
  children: (control: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode;
};

/** Label, control, hint and error, tied together. */
export function Field({ label, hint, error, className, id: given, children }: FieldProps) {
  const own = useId();
  const id = given ?? own;
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className={cx('flex flex-col gap-1', className)}>
      <label htmlFor={id} className="font-medium text-ink-2 text-xs">
        {label}
      </label>
      {children({
        id,
        ...(described ? { 'aria-describedby': described } : {}),
        ...(error ? { 'aria-invalid': true as const } : {}),
      })}
      {hint && (
        <p id={`${id}-hint`} className="text-ink-3 text-xs">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="text-bad text-xs">
          {error}
        </p>
      )}
    </div>
  );
}
