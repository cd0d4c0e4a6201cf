import type { ReactNode } from 'react';

/** One subject of the settings: heading, what it is for, its actions, its content. */
export function Section({
  id,
  title,
  lead,
  action,
  isWide = false,
  children,
}: {
  /** What a link on the page leads to. */
  id?: string;
  title: string;
  lead?: ReactNode;
  action?: ReactNode;
  /** A table that uses the width of a wide screen; the page gives it more room (app/settings/layout). */
  isWide?: boolean;
  children?: ReactNode;
}) {
  return (
    <section id={id} className="mb-8 scroll-mt-4" data-wide={isWide || undefined}>
      <div className="mb-3 flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="font-semibold text-base">{title}</h2>
          {lead && <p className="mt-0.5 max-w-prose text-ink-2 text-sm">{lead}</p>}
        </div>
        {action}
      </div>
      {children}
    </section>
  );
}
