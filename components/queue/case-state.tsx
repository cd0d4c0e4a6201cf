import { CASE_STATUS_LABEL, ClassificationTag, classificationOf } from '@/components/labels/case-labels';
import type { AlertCase } from '@/lib/alerts/schema';
import type { InvestigationStatus } from '@/lib/report/schema';

/** Verdict, state and owner of an alert's case. A verdict that only a model gave is marked so. */
export function CaseState({ found }: { found: AlertCase }) {
  const verdict = classificationOf(found.classification);
  return (
    <span className="inline-flex min-w-0 max-w-full items-center gap-1.5 text-ink-3 text-xs">
      {verdict && <ClassificationTag value={verdict} proposed={found.assessment === 'proposed'} />}
      <span className="truncate">
        {verdict && '· '}
        {CASE_STATUS_LABEL[found.status as InvestigationStatus] ?? found.status} · {found.owner}
      </span>
    </span>
  );
}
