import { CASE_STATUS_LABEL, ClassificationTag, classificationOf } from '@/components/labels/case-labels';
import type { AlertCase } from '@/lib/alerts/schema';
import type { InvestigationStatus } from '@/lib/report/schema';

/** The state of an alert's case in words. */
export const caseStateLabel = ({ status }: AlertCase): string =>
  CASE_STATUS_LABEL[status as InvestigationStatus] ?? status;

type CaseStateProps = {
  found: AlertCase;
  /** Where the state is shown beside it. */
  without?: 'state';
};

/** Verdict, state and owner of an alert's case. A verdict that only a model gave is marked so. */
export function CaseState({ found, without }: CaseStateProps) {
  const verdict = classificationOf(found.classification);
  const facts = [...(without === 'state' ? [] : [caseStateLabel(found)]), found.owner].join(' · ');
  return (
    <span className="inline-flex min-w-0 max-w-full items-center gap-1.5 text-ink-3 text-xs" title={facts}>
      {verdict && <ClassificationTag value={verdict} proposed={found.assessment === 'proposed'} />}
      <span className="truncate">
        {verdict && '· '}
        {facts}
      </span>
    </span>
  );
}
