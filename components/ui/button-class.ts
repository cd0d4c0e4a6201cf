import { cx } from './class-names';

export type ButtonVariant = 'default' | 'primary' | 'danger' | 'quiet';
export type ButtonSize = 'sm' | 'md';

const VARIANTS: Record<ButtonVariant, string> = {
  default: 'border-line-2 bg-raised text-ink hover:bg-hover data-popup-open:bg-hover',
  primary: 'border-transparent bg-accent text-accent-ink hover:brightness-110 data-popup-open:brightness-110',
  danger: 'border-line-2 bg-raised text-bad hover:bg-bad-soft',
  quiet:
    'border-transparent text-ink-2 hover:bg-hover hover:text-ink data-popup-open:bg-hover aria-pressed:bg-selected aria-pressed:text-accent',
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
