import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './class-names';

/** What went wrong, in words, read out at once. Nothing is drawn while there is nothing to say. */
export function Problem({ children, className }: { children?: ReactNode; className?: string }) {
  return (
    <div role="alert" className="empty:hidden">
      {children && (
        <p className={cx('flex items-start gap-2 rounded-md bg-bad-soft px-2.5 py-2 text-bad text-sm', className)}>
          <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
          <span className="min-w-0 break-words">{children}</span>
        </p>
      )}
    </div>
  );
}
