'use client';
import { ListTodo, SquarePen } from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useCallback, useMemo, useRef, useState } from 'react';
import { AlertsPanel } from '@/components/case/alerts-panel';
import { CaseGraph } from '@/components/case/case-graph';
import type { Comparison } from '@/components/case/case-history';
import { CaseMatrix } from '@/components/case/case-matrix';
import { CaseTimeline } from '@/components/case/case-timeline';
import { EvidencePanel } from '@/components/case/evidence-panel';
import { MergeNotice } from '@/components/case/merge-notice';
import { useCaseForCards } from '@/components/entities/card-store';
import { CASE_STATUS_LABEL, ClassificationTag, StatusTag } from '@/components/labels/case-labels';
import { LazyMarkdown } from '@/components/markdown/lazy-markdown';
import { headingsOf } from '@/components/markdown/prepare';
import { Page } from '@/components/shell/page';
import { useShortcuts } from '@/components/shell/shortcuts';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { buttonClass } from '@/components/ui/button-class';
import { ErrorBoundary } from '@/components/ui/error-boundary';
import { scrollWithin } from '@/components/ui/scroll-within';
import { Scrollable } from '@/components/ui/scrollable';
import { SplitPane } from '@/components/ui/split-pane';
import { focusPanel, type Tab, TabLabel, Tabs } from '@/components/ui/tabs';
import { Unseen } from '@/components/ui/unseen';
import { useWide } from '@/components/ui/use-wide';
import { useWidth } from '@/components/ui/use-width';
import type { Technique } from '@/lib/attack/techniques';
import type { EvidenceItem } from '@/lib/evidence/schema';
import type { HistoryEntry, InvestigationDetail } from '@/lib/investigations/schema';
import { About } from './about';
import { Outline } from './outline';
import { ReportExport } from './report-export';

// With the line diff, which most reading does without.
const DiffView = dynamic(() => import('@/components/case/diff-view').then((file) => file.DiffView), { ssr: false });

const TasksPanel = dynamic(() => import('@/components/case/tasks-panel').then((file) => file.TasksPanel), {
  loading: () => null,
});

type Place = 'report' | 'about' | 'evidence' | 'alerts' | 'tasks';
type Props = {
  investigation: InvestigationDetail;
  /** The case's techniques with their names and tactics. */
  techniques: Technique[];
  markdown: string;
  history: HistoryEntry[];
  evidence: EvidenceItem[];
};

/** A case to read: the report, its contents, its approved revisions, its evidence and its alerts. */
export function ReadingPage(props: Props) {
  const { investigation, history } = props;
  const wide = useWide(1024);
  const reading = useReading(props);
  const { side, setSide, place, setPlace } = reading;
  const text = <ReportText {...props} reading={reading} />;
  const tabs = sideTabs(props, reading, wide);
  return (
    <Page
      title={<Unseen text={investigation.title} />}
      layout="fill"
      detail={<Detail investigation={investigation} />}
      actions={
        <>
          {history.length > 0 && <ReportExport investigationId={investigation.id} />}
          {investigation.status !== 'merged' && (
            <Link className={buttonClass('default', 'sm')} href={`/investigations/${investigation.id}`}>
              <SquarePen aria-hidden className="size-3.5" /> Open in editor
            </Link>
          )}
        </>
      }
    >
      <MergeNotice investigation={investigation} />
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

/** Pixels from which the outline has room beside the report. */
const OUTLINE_FROM = 896;

type Reading = ReturnType<typeof useReading>;

/** What is shown where, and the ways from one part of the page to another. */
function useReading({ investigation, markdown }: Props) {
  const [side, setSide] = useState<Place>('about');
  const [place, setPlace] = useState<Place>('report');
  const [compared, setCompared] = useState<Comparison | null>(null);
  const [target, setTarget] = useState<{ number: number; n: number } | null>(null);
  const report = useRef<HTMLDivElement>(null);
  const { ref: box, width } = useWidth();
  const headings = useMemo(() => headingsOf(markdown), [markdown]);
  const show = useCallback((next: Place) => {
    setSide(next);
    setPlace(next);
  }, []);
  const cite = useCallback(
    (number: number) => {
      show('evidence');
      setTarget((before) => ({ number, n: (before?.n ?? 0) + 1 }));
    },
    [show],
  );
  useCaseForCards({ id: investigation.id, onEvidence: cite, onAsk: null });
  const goTo = (id: string) => {
    setCompared(null);
    setPlace('report');
    // After the report is back in its place.
    setTimeout(() => {
      const heading = report.current?.querySelector<HTMLElement>(`#${CSS.escape(id)}`);
      if (heading) scrollWithin(heading);
    });
  };
  const compare = (comparison: Comparison | null) => {
    setCompared(comparison);
    if (comparison) setPlace('report');
  };
  const showByKey = (next: Place) => {
    show(next);
    focusPanel(next);
  };
  const router = useRouter();
  const group = 'Case';
  const edit = () => router.push(`/investigations/${investigation.id}`);
  useShortcuts([
    { group, keys: 'e', label: 'Open in editor', run: edit, disabled: investigation.status === 'merged' },
    { group, keys: 's i', label: 'Show case details', run: () => showByKey('about') },
    { group, keys: 's e', label: 'Show evidence', run: () => showByKey('evidence') },
    { group, keys: 's a', label: 'Show alerts', run: () => showByKey('alerts') },
    { group, keys: 's t', label: 'Show tasks', run: () => showByKey('tasks') },
  ]);
  const hasOutline = width >= OUTLINE_FROM;
  return {
    side,
    setSide,
    place,
    setPlace,
    show,
    compared,
    compare,
    target,
    cite,
    goTo,
    report,
    box,
    hasOutline,
    headings,
  };
}

function ReportText({ investigation, techniques, markdown, evidence, reading }: Props & { reading: Reading }) {
  const { compared, compare, headings, report, box, hasOutline, goTo, cite, show } = reading;
  const numbers = useMemo(() => new Set(evidence.map((item) => item.number)), [evidence]);
  const { id, openTasks } = investigation;
  const pictures = useMemo(
    () =>
      new Map([
        ['timeline', <CaseTimeline key="timeline" investigationId={id} onEvidence={cite} />],
        ['technical-details', <CaseGraph key="graph" investigationId={id} onEvidence={cite} />],
        ['recommendations', <TasksLine key="tasks" open={openTasks} onShow={() => show('tasks')} />],
        [
          'threat-assessment',
          <CaseMatrix key="matrix" techniques={techniques} markdown={markdown} onEvidence={cite} />,
        ],
      ]),
    [id, openTasks, techniques, markdown, cite, show],
  );
  if (compared) return <Compared comparison={compared} onBack={() => compare(null)} />;
  return (
    <ErrorBoundary label="The report">
      <div ref={box} data-print>
        <div className="mx-auto flex max-w-5xl justify-center">
          {hasOutline && <Outline headings={headings} within={report} onHeading={goTo} />}
          <div className="min-w-0 max-w-[52rem] flex-1 px-4 py-4 text-sm md:px-6">
            <PrintHead investigation={investigation} />
            <LazyMarkdown ref={report} source={markdown} report onCite={cite} evidence={numbers} below={pictures} />
          </div>
        </div>
      </div>
    </ErrorBoundary>
  );
}

/** What stands beside the report, or in tabs of its own where there is no room. */
function sideTabs({ investigation, history, evidence }: Props, reading: Reading, wide: boolean): Tab<Place>[] {
  const { target, cite, headings, goTo, compare, hasOutline } = reading;
  const { id } = investigation;
  return [
    {
      value: 'about',
      label: 'About',
      panel: (
        <About
          investigation={investigation}
          history={history}
          headings={wide && hasOutline ? [] : headings}
          onHeading={goTo}
          onCompare={compare}
        />
      ),
    },
    {
      value: 'evidence',
      label: <TabLabel word="Evidence" count={evidence.length} />,
      panel: (
        <EvidencePanel
          investigationId={id}
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
      panel: <AlertsPanel investigationId={id} alerts={investigation.alerts} />,
    },
    {
      value: 'tasks',
      label: <TabLabel word="Tasks" count={investigation.openTasks} />,
      panel: <TasksPanel investigationId={id} readOnly={investigation.status === 'merged'} />,
    },
  ];
}

/** Below the heading of the recommendations: how many are being carried out, and the way to make them tasks. */
function TasksLine({ open, onShow }: { open: number; onShow: () => void }) {
  return (
    <p className="mt-4 flex flex-wrap items-center gap-2 text-ink-2 text-xs">
      {open === 0 ? 'No open tasks.' : open === 1 ? '1 task is open.' : `${open} tasks are open.`}
      <Button size="sm" onClick={onShow}>
        <ListTodo aria-hidden className="size-3.5" /> Make tasks of recommendations
      </Button>
    </p>
  );
}

/** On paper, what the page's own head says on a screen. */
function PrintHead({ investigation }: { investigation: InvestigationDetail }) {
  return (
    <div className="mb-4 hidden print:block">
      <p className="font-semibold text-lg">
        <Unseen text={investigation.title} />
      </p>
      <p className="text-xs">
        {investigation.codename} · {CASE_STATUS_LABEL[investigation.status]}
        {investigation.approved && ` · revision ${investigation.approved.number}`}
      </p>
    </div>
  );
}

function Detail({ investigation }: { investigation: InvestigationDetail }) {
  return (
    <span className="hidden items-center gap-2 md:flex">
      <StatusTag value={investigation.status} />
      {investigation.sample && <Badge tone="accent">sample</Badge>}
      <ClassificationTag value={investigation.classification} proposed={investigation.assessment === 'proposed'} />
      <span className="hidden font-mono xl:inline">{investigation.codename}</span>
    </span>
  );
}

function Compared({ comparison, onBack }: { comparison: Comparison; onBack: () => void }) {
  return (
    <>
      <p className="flex flex-wrap items-center gap-3 border-line border-b px-3 py-1.5 text-sm">
        <Button size="sm" onClick={onBack}>
          Back to the report
        </Button>
        {comparison.title}
      </p>
      <DiffView before={comparison.before} after={comparison.after} split={false} />
    </>
  );
}
