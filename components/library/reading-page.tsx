'use client';
import { SquarePen } from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useMemo, useRef, useState } from 'react';
import { AlertsPanel } from '@/components/case/alerts-panel';
import { CaseHistory, type Comparison } from '@/components/case/case-history';
import { EvidencePanel } from '@/components/case/evidence-panel';
import { ClassificationTag, StatusTag } from '@/components/labels/case-labels';
import { LazyMarkdown } from '@/components/markdown/lazy-markdown';
import { headingsOf } from '@/components/markdown/prepare';
import { Page } from '@/components/shell/page';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { buttonClass } from '@/components/ui/button-class';
import { ErrorBoundary } from '@/components/ui/error-boundary';
import { scrollWithin } from '@/components/ui/scroll-within';
import { Scrollable } from '@/components/ui/scrollable';
import { SplitPane } from '@/components/ui/split-pane';
import { type Tab, TabLabel, Tabs } from '@/components/ui/tabs';
import { Unseen } from '@/components/ui/unseen';
import { useWide } from '@/components/ui/use-wide';
import type { EvidenceItem } from '@/lib/evidence/schema';
import type { HistoryEntry, InvestigationDetail } from '@/lib/investigations/schema';
import { ExportMenu } from './export-menu';

// With the line diff, which most reading does without.
const DiffView = dynamic(() => import('@/components/case/diff-view').then((file) => file.DiffView), { ssr: false });

type Place = 'report' | 'about' | 'evidence' | 'alerts';
type Props = {
  investigation: InvestigationDetail;
  markdown: string;
  history: HistoryEntry[];
  evidence: EvidenceItem[];
};

/** A case to read: the report, its contents, its approved revisions, its evidence and its alerts. */
export function ReadingPage({ investigation, markdown, history, evidence }: Props) {
  const wide = useWide(1024);
  const [side, setSide] = useState<Place>('about');
  const [place, setPlace] = useState<Place>('report');
  const [compared, setCompared] = useState<Comparison | null>(null);
  const [target, setTarget] = useState<{ number: number; n: number } | null>(null);
  const report = useRef<HTMLDivElement>(null);
  const numbers = useMemo(() => new Set(evidence.map((item) => item.number)), [evidence]);
  const headings = useMemo(() => headingsOf(markdown), [markdown]);

  const cite = (number: number) => {
    setSide('evidence');
    setPlace('evidence');
    setTarget((before) => ({ number, n: (before?.n ?? 0) + 1 }));
  };
  const goTo = (id: string) => {
    setCompared(null);
    setPlace('report');
    // After the report is back in its place.
    setTimeout(() => {
      const heading = report.current?.querySelector<HTMLElement>(`#${CSS.escape(id)}`);
      if (heading) scrollWithin(heading);
    });
  };

  const text = compared ? (
    <>
      <p className="flex flex-wrap items-center gap-3 border-line border-b px-3 py-1.5 text-sm">
        <Button size="sm" onClick={() => setCompared(null)}>
          Back to the report
        </Button>
        {compared.title}
      </p>
      <DiffView before={compared.before} after={compared.after} split={false} />
    </>
  ) : (
    <ErrorBoundary label="The report">
      <LazyMarkdown
        ref={report}
        source={markdown}
        report
        onCite={cite}
        evidence={numbers}
        className="mx-auto max-w-3xl px-4 py-4 text-sm md:px-6"
      />
    </ErrorBoundary>
  );
  const tabs: Tab<Place>[] = [
    {
      value: 'about',
      label: 'About',
      panel: (
        <div className="flex flex-col gap-5 p-4 text-sm">
          <nav aria-label="Contents">
            <h2 className="mb-1 font-semibold">Contents</h2>
            <ul>
              {headings
                .filter(({ level }) => level <= 3)
                .map(({ id, level, text: title }) => (
                  <li key={id}>
                    <button
                      type="button"
                      className={`min-h-[24px] w-full text-left text-ink-2 hover:text-accent hover:underline ${level === 3 ? 'pl-3 text-xs' : ''}`}
                      onClick={() => goTo(id)}
                    >
                      {title}
                    </button>
                  </li>
                ))}
            </ul>
          </nav>
          <section>
            <h2 className="mb-1 font-semibold">History</h2>
            <CaseHistory
              investigationId={investigation.id}
              history={history}
              onCompare={(comparison) => {
                setCompared(comparison);
                setPlace('report');
              }}
            />
          </section>
          <p className="font-mono text-ink-3 text-xs [overflow-wrap:anywhere]">{investigation.path}</p>
        </div>
      ),
    },
    {
      value: 'evidence',
      label: <TabLabel word="Evidence" count={evidence.length} />,
      panel: (
        <EvidencePanel
          investigationId={investigation.id}
          items={evidence}
          target={target}
          textVersion={0}
          onEvidence={cite}
          onSuggest={null}
        />
      ),
    },
    {
      value: 'alerts',
      label: <TabLabel word="Alerts" count={investigation.alerts.length} />,
      panel: <AlertsPanel alerts={investigation.alerts} />,
    },
  ];
  return (
    <Page
      title={<Unseen text={investigation.title} />}
      layout="fill"
      detail={
        <span className="hidden items-center gap-2 md:flex">
          <StatusTag value={investigation.status} />
          {investigation.sample && <Badge tone="accent">sample</Badge>}
          <ClassificationTag value={investigation.classification} proposed={investigation.assessment === 'proposed'} />
          <span className="hidden font-mono xl:inline">{investigation.codename}</span>
        </span>
      }
      actions={
        <>
          {history.length > 0 && <ExportMenu investigationId={investigation.id} />}
          <Link className={buttonClass('default', 'sm')} href={`/investigations/${investigation.id}`}>
            <SquarePen aria-hidden className="size-3.5" /> Open in editor
          </Link>
        </>
      }
    >
      {wide ? (
        <SplitPane
          className="max-lg:[&>*:not(:first-child)]:hidden max-lg:[&>*]:!w-full"
          label="Width of the report"
          name="library.report"
          initial={70}
          min={45}
          max={80}
          first={
            <Scrollable label="Report" className="h-full min-h-0">
              {text}
            </Scrollable>
          }
          second={<Tabs label="Case" className="h-full" tabs={tabs} value={side} onChange={setSide} />}
        />
      ) : (
        <Tabs
          label="Case"
          className="h-full"
          value={place}
          onChange={setPlace}
          tabs={[{ value: 'report', label: 'Report', panel: text }, ...tabs]}
        />
      )}
    </Page>
  );
}
