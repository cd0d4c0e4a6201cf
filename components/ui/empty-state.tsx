import type { ReactNode } from 'react';

/** What stands where a list would: what is so, and the next step. */
export function EmptyState({
  icon,
  title,
  heading: Heading = 'h2',
  children,
  action,
}: {
  icon?: ReactNode;
  title: string;
  /** `h1` where it is all that the page shows. */
  heading?: 'h1' | 'h2';
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="mx-auto flex max-w-2xl flex-col items-center gap-2 px-4 py-12 text-center">
      {icon && (
        <span aria-hidden className="mb-1 text-ink-3 [&>svg]:size-7">
          {icon}
        </span>
      )}
      <Heading className="font-semibold text-base">{title}</Heading>
      {children && <div className="w-full max-w-full text-ink-2 text-sm">{children}</div>}
      {action && <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
