import type { ReactNode } from 'react';
import { Logo } from './logo';

/** A page outside the shell: the name and one card. */
export function CardPage({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col items-center justify-center bg-sunken px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-5 flex items-center gap-2.5">
          <Logo className="size-8" />
          <p className="font-semibold text-base">Socdown</p>
        </div>
        <div className="rounded-xl border border-line bg-raised p-5">
          <h1 className="font-semibold text-lg leading-6">{title}</h1>
          {lead && <p className="mt-1 text-ink-2 text-sm">{lead}</p>}
          <div className="mt-4">{children}</div>
        </div>
      </div>
    </div>
  );
}
