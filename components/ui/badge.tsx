import type { ComponentProps, ReactNode } from 'react';
import { cx } from './class-names';

export const TONES = {
  neutral: 'bg-informational-soft text-ink-2',
  accent: 'bg-accent-soft text-accent',
  good: 'bg-good-soft text-good',
  bad: 'bg-bad-soft text-bad',
  critical: 'bg-critical-soft text-critical',
  high: 'bg-high-soft text-high',
  medium: 'bg-medium-soft text-medium',
  low: 'bg-low-soft text-low',
  informational: 'bg-informational-soft text-informational',
  model: 'bg-model-soft text-model',
} as const;
export type Tone = keyof typeof TONES;

/** A small filled label. The words carry the meaning; the tone only helps the eye. */
export function Badge({ tone = 'neutral', className, children, ...rest }: ComponentProps<'span'> & { tone?: Tone }) {
  return (
    <span
      {...rest}
      className={cx(
        'inline-flex h-5 max-w-full items-center gap-1 whitespace-nowrap rounded px-1.5 font-medium text-2xs',
        TONES[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}

const INK: Record<Tone, string> = {
  neutral: 'text-ink-2',
  accent: 'text-accent',
  good: 'text-good',
  bad: 'text-bad',
  critical: 'text-critical',
  high: 'text-high',
  medium: 'text-medium',
  low: 'text-low',
  informational: 'text-informational',
  model: 'text-model',
};

/** Icon and word without a ground, for tables. */
export function Tag({
  tone = 'neutral',
  icon,
  className,
  children,
}: {
  tone?: Tone;
  icon?: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  return (
    <span className={cx('inline-flex items-center gap-1.5 whitespace-nowrap', INK[tone], className)}>
      {icon && (
        <span aria-hidden className="inline-flex size-3.5 shrink-0 items-center justify-center [&>svg]:size-3.5">
          {icon}
        </span>
      )}
      {children}
    </span>
  );
}
