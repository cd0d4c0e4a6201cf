import type { ReactNode } from 'react';
import { LazyMarkdown } from '@/components/markdown/lazy-markdown';

/** The answer to a question or a coaching, with citations; it is not part of the report. `children`: what to do next. */
export function RunNote({
  text,
  evidence,
  onEvidence,
  children,
}: {
  text: string;
  evidence: ReadonlySet<number>;
  onEvidence: (number: number) => void;
  children?: ReactNode;
}) {
  return (
    <section aria-label="Answer" className="mb-2 rounded border border-line bg-surface px-2.5 py-2">
      <LazyMarkdown source={text} onCite={onEvidence} evidence={evidence} className="text-xs" />
      {children}
    </section>
  );
}
