import type { ComponentProps } from 'react';
import { cx } from './class-names';

/** A box that scrolls by itself, reachable by keyboard and named. Positioned, so that hidden words in it don't widen the page. */
export function Scrollable({ label, className, ...rest }: ComponentProps<'section'> & { label: string }) {
  return (
    <section
      {...rest}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className={cx('relative overflow-auto focus-visible:-outline-offset-2', className)}
    />
  );
}
