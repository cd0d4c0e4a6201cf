import { LazyMarkdown } from '@/components/markdown/lazy-markdown';

/** The answer to a question about the report, with citations; it is not part of the report. */
export function RunNote({
  text,
  evidence,
  onEvidence,
}: {
  text: string;
  evidence: ReadonlySet<number>;
  onEvidence: (number: number) => void;
}) {
  return (
    <section aria-label="Answer" className="mt-2 rounded border border-line bg-surface px-2.5 py-2">
      <LazyMarkdown source={text} onCite={onEvidence} evidence={evidence} className="text-xs" />
    </section>
  );
}
