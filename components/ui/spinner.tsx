import { cx } from './class-names';

/** A turning ring; decorative, so the words beside it must say what is happening. Stands still under reduced motion. */
export function Spinner({ className }: { className?: string }) {
  return (
    <span
      aria-hidden
      className={cx(
        'inline-block size-3.5 animate-spin rounded-full border-2 border-current border-r-transparent',
        className,
      )}
    />
  );
}
