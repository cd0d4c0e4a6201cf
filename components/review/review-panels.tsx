'use client';
import { useMemo, useState } from 'react';
import { AlertsPanel } from '@/components/case/alerts-panel';
import { CheckList } from '@/components/case/check-list';
import { DismissedFindings } from '@/components/case/dismissed-findings';
import { EvidencePanel } from '@/components/case/evidence-panel';
import type { Checks } from '@/components/case/use-checks';
import { useCaseForCards } from '@/components/entities/card-store';
import { useShortcuts } from '@/components/shell/shortcuts';
import { ErrorBoundary } from '@/components/ui/error-boundary';
import { focusPanel, type Tab, TabLabel } from '@/components/ui/tabs';
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
  const { handle, evidence, wide, onView } = props;
  const [side, setSide] = useState<SideView>('review');
  const [target, setTarget] = useState<Target>(null);
  const numbers = useMemo(() => new Set(evidence.map(({ number }) => number)), [evidence]);
  const open = (to: SideView) => {
    setSide(to);
    if (!wide) onView({ view: to });
  };
  const cite = (number: number) => {
    open('evidence');
    setTarget((before) => ({ number, n: (before?.n ?? 0) + 1 }));
  };
  useCaseForCards({ id: handle.review.investigation.id, onEvidence: cite, onAsk: null });
  const show = (to: SideView) => {
    open(to);
    focusPanel(to);
  };
  const group = 'Review';
  useShortcuts([
    { group, keys: 's r', label: 'Show the review', run: () => show('review') },
    { group, keys: 's c', label: 'Show checks', run: () => show('checks') },
    { group, keys: 's e', label: 'Show evidence', run: () => show('evidence') },
    { group, keys: 's a', label: 'Show alerts', run: () => show('alerts') },
  ]);
  return { side, setSide, tabs: panelTabs(props, { open, cite, target }), numbers, open, cite };
}

/** The evidence that was last asked for; `n` grows, so that the same one can be asked for again. */
type Target = { number: number; n: number } | null;
type Moves = { open: (to: SideView) => void; cite: (number: number) => void; target: Target };

function panelTabs(
  { handle, checks, evidence, alerts, proposed, onLine }: PanelsProps,
  { open, cite, target }: Moves,
): Tab<SideView>[] {
  const { investigation, revision } = handle.review;
  return [
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
          <div className="flex flex-col gap-3 p-3 text-sm">
            <CheckList checks={checks} onLine={onLine} />
            {checks.report && (
              <DismissedFindings
                investigationId={investigation.id}
                dismissed={checks.report.factCheck.dismissed}
                onLine={onLine}
              />
            )}
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
            textVersion={revision.number}
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
}
