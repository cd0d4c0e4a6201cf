'use client';
import { useMemo, useState } from 'react';
import { AlertsPanel } from '@/components/case/alerts-panel';
import { CheckList } from '@/components/case/check-list';
import { EvidencePanel } from '@/components/case/evidence-panel';
import type { Checks } from '@/components/case/use-checks';
import { useCaseForCards } from '@/components/entities/card-store';
import { useShortcuts } from '@/components/shell/shortcuts';
import { ErrorBoundary } from '@/components/ui/error-boundary';
import { type Tab, TabLabel } from '@/components/ui/tabs';
import type { AlertItem } from '@/lib/alerts/schema';
import type { EvidenceItem } from '@/lib/evidence/schema';
import { ReviewAside } from './review-aside';
import type { SideView } from './use-compare';
import type { ReviewHandle } from './use-review';

type PanelsProps = {
  handle: ReviewHandle;
  checks: Checks;
  evidence: EvidenceItem[];
  alerts: AlertItem[];
  proposed: boolean;
  onLine: (line: number) => void;
  /** Panels stand beside the report; else in its place. */
  wide: boolean;
  onView: (view: { view: SideView }) => void;
};

/** What a reviewer has beside the report: the review itself, its checks, the evidence with its coverage, the alerts. */
export function useReviewPanels(props: PanelsProps) {
  const { handle, checks, evidence, alerts, proposed, onLine, wide, onView } = props;
  const { investigation } = handle.review;
  const [side, setSide] = useState<SideView>('review');
  const [target, setTarget] = useState<{ number: number; n: number } | null>(null);
  const numbers = useMemo(() => new Set(evidence.map(({ number }) => number)), [evidence]);
  const open = (to: SideView) => {
    setSide(to);
    if (!wide) onView({ view: to });
  };
  const cite = (number: number) => {
    open('evidence');
    setTarget((before) => ({ number, n: (before?.n ?? 0) + 1 }));
  };
  useCaseForCards({ id: investigation.id, onEvidence: cite, onAsk: null });
  const group = 'Review';
  useShortcuts([
    { group, keys: 's r', label: 'Show the review', run: () => open('review') },
    { group, keys: 's c', label: 'Show checks', run: () => open('checks') },
    { group, keys: 's e', label: 'Show evidence', run: () => open('evidence') },
    { group, keys: 's a', label: 'Show alerts', run: () => open('alerts') },
  ]);
  const tabs: Tab<SideView>[] = [
    {
      value: 'review',
      label: 'Review',
      panel: (
        <ReviewAside
          handle={handle}
          checks={checks}
          proposed={proposed}
          onLine={onLine}
          onChecks={() => open('checks')}
        />
      ),
    },
    {
      value: 'checks',
      label: <TabLabel word="Checks" count={checks.report?.items.length ?? 0} />,
      panel: (
        <ErrorBoundary label="The checks">
          <div className="p-3">
            <CheckList checks={checks} onLine={onLine} />
          </div>
        </ErrorBoundary>
      ),
    },
    {
      value: 'evidence',
      label: <TabLabel word="Evidence" count={evidence.length} />,
      panel: (
        <ErrorBoundary label="The evidence">
          <EvidencePanel
            investigationId={investigation.id}
            items={evidence}
            target={target}
            textVersion={handle.review.revision.number}
            onEvidence={cite}
            onSuggest={null}
          />
        </ErrorBoundary>
      ),
    },
    {
      value: 'alerts',
      label: <TabLabel word="Alerts" count={alerts.length} />,
      panel: (
        <ErrorBoundary label="The alerts">
          <AlertsPanel investigationId={investigation.id} alerts={alerts} />
        </ErrorBoundary>
      ),
    },
  ];
  return { side, setSide, tabs, numbers, open, cite };
}
