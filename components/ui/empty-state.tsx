import type { ReactNode } from 'react';

/** What stands where a list would: what is so, and the next step. */
export function EmptyState({
  icon,
  title,
  children,
  action,
}: {
  icon?: ReactNode;
  title: string;
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
      <h2 className="font-semibold text-base">{title}</h2>
      {children && <div className="w-full max-w-full text-ink-2 text-sm">{children}</div>}
      {action && <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
