import type { ReactNode } from 'react';

/** A part of an entity's page. */
export function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={title} className="min-w-0">
      <div className="mb-1.5 flex flex-wrap items-center gap-2">
        <h2 className="mr-auto font-semibold text-sm">{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  );
}
