import { CaseHistory, type Comparison } from '@/components/case/case-history';
import { RelatedCases } from '@/components/case/related-cases';
import { WriteBacks } from '@/components/case/write-backs';
import type { Heading } from '@/components/markdown/prepare';
import type { HistoryEntry, InvestigationDetail } from '@/lib/investigations/schema';

type AboutProps = {
  investigation: InvestigationDetail;
  history: HistoryEntry[];
  /** Empty where the outline shows them beside the report. */
  headings: Heading[];
  onHeading: (id: string) => void;
  onCompare: (comparison: Comparison) => void;
};

/** The report's headings, its approved revisions, and where it is kept. */
export function About({ investigation, headings, history, onHeading, onCompare }: AboutProps) {
  return (
    <div className="flex flex-col gap-5 p-4 text-sm">
      {headings.length > 0 && <Contents headings={headings} onHeading={onHeading} />}
      {investigation.status === 'approved' && <WriteBacks investigationId={investigation.id} />}
      <RelatedCases investigationId={investigation.id} />
      <section>
        <h2 className="mb-1 font-semibold">History</h2>
        <CaseHistory
          investigationId={investigation.id}
          sample={investigation.sample}
          history={history}
          onCompare={onCompare}
        />
      </section>
      <p className="font-mono text-ink-3 text-xs [overflow-wrap:anywhere]">{investigation.path}</p>
    </div>
  );
}

function Contents({ headings, onHeading }: Pick<AboutProps, 'headings' | 'onHeading'>) {
  return (
    <nav aria-label="Contents">
      <h2 className="mb-1 font-semibold">Contents</h2>
      <ul>
        {headings
          .filter(({ level }) => level <= 3)
          .map(({ id, level, text }) => (
            <li key={id}>
              <button
                type="button"
                className={`min-h-[24px] w-full text-left text-ink-2 hover:text-accent hover:underline ${level === 3 ? 'pl-3 text-xs' : ''}`}
                onClick={() => onHeading(id)}
              >
                {text}
              </button>
            </li>
          ))}
      </ul>
    </nav>
  );
}
