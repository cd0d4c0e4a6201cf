'use client';
import { PanelRight, Send } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type ReactNode, useCallback, useDeferredValue, useMemo, useRef, useState } from 'react';
import { AlertsPanel } from '@/components/case/alerts-panel';
import { AssessmentBar } from '@/components/case/assessment-bar';
import { EvidencePanel } from '@/components/case/evidence-panel';
import { MergeDialog } from '@/components/case/merge-dialog';
import { useChecks } from '@/components/case/use-checks';
import { ClassificationTag, StatusTag } from '@/components/labels/case-labels';
import { Markdown } from '@/components/markdown/markdown';
import { Page } from '@/components/shell/page';
import { Button, IconButton } from '@/components/ui/button';
import { Scrollable } from '@/components/ui/scrollable';
import { SplitPane } from '@/components/ui/split-pane';
import { type Tab, Tabs } from '@/components/ui/tabs';
import { toast } from '@/components/ui/toaster';
import { Unseen } from '@/components/ui/unseen';
import { useWide } from '@/components/ui/use-wide';
import type { Coaching } from '@/lib/agent/coachings';
import type { Quote } from '@/lib/agent/events';
import type { DraftView } from '@/lib/drafts/schema';
import type { InvestigationDetail } from '@/lib/investigations/schema';
import { withAssessmentSet } from '@/lib/report/assessment';
import { parseReport } from '@/lib/report/report';
import { AskButton } from './ask-button';
import { ChecksPanel, useCheckMarks } from './checks-panel';
import { CoachBox, type Start } from './coach-box';
import { runText } from './fold-run';
import { MODES, type Mode, ModeSwitch } from './mode-switch';
import { ProposalsPanel } from './proposals-panel';
import { ReviewBanner } from './review-banner';
import { RunPanel } from './run-panel';
import { SaveStatus } from './save-status';
import { selectedQuote } from './selected-quote';
import { SubmitDialog } from './submit-dialog';
import { type CaseData, useCase } from './use-case';
import { useDraft } from './use-draft';
import { type Place, useEditorKeys } from './use-editor-keys';
import { useScrollSync } from './use-scroll-sync';
import { useSourceView } from './use-source-view';

type WorkspaceProps = {
  investigation: InvestigationDetail;
  draft: DraftView;
  coachings: Coaching[];
  models: { id: string; label: string }[];
} & CaseData;

/** The page where a report is written, by a person and a model, in sight of each other. */
export function Workspace({ investigation, draft: first, coachings, models, ...initial }: WorkspaceProps) {
  const router = useRouter();
  const wide = useWide(1024);
  const handle = useDraft(investigation.id, first);
  const { draft, text, save, external, edit, flush, resolve } = handle;
  const [mode, setMode] = useState<Mode>('split');
  const [side, setSide] = useState<Place>('run');
  const [sideShown, setSideShown] = useState(true);
  const [place, setPlace] = useState<Place>('preview');
  const [submitting, setSubmitting] = useState(false);
  const [merging, setMerging] = useState(true);
  const [target, setTarget] = useState<{ number: number; n: number } | null>(null);
  const work = useCase(
    investigation.id,
    initial,
    handle,
    useCallback(() => router.refresh(), [router]),
  );

  // ---- source and preview
  const scroller = useRef<HTMLDivElement>(null);
  const rendered = useRef<HTMLDivElement>(null);
  const source = useSourceView(first.markdown, external, {
    onEdit: edit,
    onScroll: () => sync.onSourceScroll(),
    onSave: flush,
    onSubmit: () => setSubmitting(true),
  });
  const writing = work.liveRun !== null && !draft.humanTouched && save.kind === 'saved';
  const shown = writing && work.liveRun ? runText(work.liveRun, text) : text;
  const preview = useDeferredValue(shown);
  const sync = useScrollSync(source.view, scroller, rendered, wide && mode === 'split' && !writing);
  const sourceHost = useRef<HTMLDivElement>(null);
  const askable = useMemo(() => [sourceHost, rendered], []);
  const [quote, setQuote] = useState<(Quote & { n: number }) | null>(null);
  const [model, setModel] = useState<string | null>(null);
  const start: Start = (body = {}) => work.start({ ...body, ...(model ? { model } : {}) });
  const [suggestion, setSuggestion] = useState<{ text: string; n: number } | null>(null);
  const numbers = useMemo(() => new Set(work.evidence.map((item) => item.number)), [work.evidence]);

  const checks = useChecks(investigation.id, { version: draft.version });
  useCheckMarks(checks, handle, source.view);

  // ---- moving about
  const open = useCallback((to: Place) => {
    setSide(to);
    setSideShown(true);
    setPlace(to);
  }, []);
  const cite = useCallback(
    (number: number) => {
      open('evidence');
      setTarget((before) => ({ number, n: (before?.n ?? 0) + 1 }));
    },
    [open],
  );
  const goTo = useCallback(
    (line: number) => {
      if (!wide) setPlace('source');
      else setMode((now) => (now === 'preview' ? 'split' : now));
      source.jump(line);
    },
    [wide, source.jump],
  );
  const ask = () => {
    const found = selectedQuote(source.view(), rendered.current, shown);
    if (!found) {
      toast({ title: 'Select something in the report first', description: 'Then ask about it.' });
      return;
    }
    setQuote((before) => ({ ...found, n: (before?.n ?? 0) + 1 }));
    open('run');
  };
  const turnMode = () => {
    if (wide) setMode((now) => MODES[(MODES.indexOf(now) + 1) % MODES.length] ?? 'split');
    else setPlace((now) => (now === 'preview' ? 'source' : 'preview'));
  };
  useEditorKeys({
    save: flush,
    submit: () => setSubmitting(true),
    turnMode,
    ask,
    open,
    write: () => {
      if (!wide) setPlace('source');
      else setMode((now) => (now === 'preview' ? 'split' : now));
      requestAnimationFrame(() => source.view()?.focus());
    },
  });

  // ---- panels
  const openHunks = work.proposals.reduce(
    (sum, proposal) => sum + proposal.hunks.filter((hunk) => hunk.status === 'open').length,
    0,
  );
  // As its events have it: the list of runs is older.
  const waits = work.liveRun?.status === 'waiting';
  const sideTabs: Tab<Place>[] = [
    {
      value: 'run',
      label: <Label word="Run" dot={work.live && (waits ? 'waiting' : 'at work')} />,
      panel: (
        <RunPanel
          runs={work.runs}
          selected={work.selected}
          state={work.shownRun}
          connected={work.connected}
          onSelect={work.select}
          onStop={() => void work.stop()}
          onResume={work.resume}
          stopping={work.stopping}
          onEvidence={cite}
          onProposals={() => open('proposals')}
          onStart={start}
          evidence={numbers}
          coach={
            <CoachBox
              runs={work.runs}
              proposals={work.proposals}
              coachings={coachings}
              busy={work.live !== null}
              quote={quote}
              suggestion={suggestion}
              onQuote={setQuote}
              onStart={start}
              onRun={work.select}
            />
          }
          models={models}
          model={model}
          onModel={setModel}
        />
      ),
    },
    {
      value: 'evidence',
      label: <Label word="Evidence" count={work.evidence.length} />,
      panel: (
        <EvidencePanel
          investigationId={investigation.id}
          items={work.evidence}
          target={target}
          textVersion={draft.version}
          onEvidence={cite}
          onSuggest={(text) => {
            setSuggestion((before) => ({ text, n: (before?.n ?? 0) + 1 }));
            open('run');
          }}
        />
      ),
    },
    {
      value: 'checks',
      label: <Label word="Checks" count={checks.report?.items.length ?? 0} />,
      panel: <ChecksPanel checks={checks} handle={handle} onLine={goTo} />,
    },
    {
      value: 'proposals',
      label: <Label word="Proposals" count={openHunks} strong />,
      panel: (
        <ProposalsPanel
          proposals={work.proposals}
          onDecide={work.decide}
          onLine={goTo}
          onShow={source.show}
          active={(wide ? side : place) === 'proposals'}
        />
      ),
    },
    {
      value: 'alerts',
      label: <Label word="Alerts" count={investigation.alerts.length} />,
      panel: <AlertsPanel alerts={investigation.alerts} />,
    },
  ];
  const sourcePane = (
    <div className="flex h-full min-h-0 flex-col">
      {work.live && (
        <p className="shrink-0 border-line border-b bg-model-soft px-3 py-1.5 text-model text-xs">
          {draft.humanTouched || save.kind !== 'saved'
            ? 'A run is under way. Your text stays as you write it; the run’s changes come as proposals.'
            : `${waits ? 'The run waits' : 'The model is writing'}. Type to take over: your text stays, and the rest comes as proposals.`}
        </p>
      )}
      <div ref={sourceHost} className="min-h-0 flex-1">
        <div ref={source.attach} className="h-full overflow-hidden" />
      </div>
    </div>
  );
  const { frontMatter } = useMemo(() => parseReport(preview), [preview]);
  const previewPane = (
    <div className="flex h-full min-h-0 flex-col">
      {!work.live && (
        <AssessmentBar
          frontMatter={frontMatter}
          onSet={() => handle.change(withAssessmentSet(text))}
          onChange={() => goTo(text.slice(0, text.search(/^classification:/m)).split('\n').length)}
        />
      )}
      <Scrollable
        ref={scroller}
        label="Preview"
        onScroll={sync.onPreviewScroll}
        className="min-h-0 flex-1 px-4 py-3 md:px-5"
      >
        <div className="mx-auto max-w-3xl">
          <Markdown
            ref={rendered}
            source={preview}
            report
            streaming={writing}
            onCite={cite}
            evidence={numbers}
            className="text-sm"
          />
        </div>
      </Scrollable>
    </div>
  );

  return (
    <Page
      layout="fill"
      title={<Unseen text={investigation.title} />}
      detail={
        <>
          <span className="hidden md:contents">
            <StatusTag value={investigation.status} />
            <ClassificationTag value={frontMatter?.classification ?? null} />
          </span>
          <span className="hidden truncate font-mono xl:inline">{investigation.codename}</span>
        </>
      }
      actions={
        <>
          <SaveStatus state={save} version={handle.version()} onSave={flush} onMerge={() => setMerging(true)} />
          {wide && (
            <span className="flex items-center gap-1.5 max-lg:hidden">
              <ModeSwitch mode={mode} onChange={setMode} />
              <IconButton
                label={sideShown ? 'Hide the side panel' : 'Show the side panel'}
                size="sm"
                aria-pressed={sideShown}
                onClick={() => setSideShown(!sideShown)}
              >
                <PanelRight aria-hidden className="size-4" />
              </IconButton>
            </span>
          )}
          <Button variant="primary" size="sm" onClick={() => setSubmitting(true)}>
            <Send aria-hidden className="size-3.5" /> Submit<span className="max-md:sr-only"> for review</span>
          </Button>
        </>
      }
    >
      <ReviewBanner investigation={investigation} />
      <AskButton within={askable} onAsk={ask} />
      {wide ? (
        <>
          <p className="p-4 text-ink-2 text-sm lg:hidden">Opening the editor…</p>
          <SplitPane
            className="max-lg:hidden" // until a narrow window has told that it is one
            label="Width of the side panel"
            name="editor.side"
            initial={72}
            min={45}
            max={80}
            first={
              mode === 'split' ? (
                <SplitPane
                  label="Width of the preview"
                  name="editor.preview"
                  initial={50}
                  first={sourcePane}
                  second={previewPane}
                />
              ) : mode === 'source' ? (
                sourcePane
              ) : (
                previewPane
              )
            }
            second={
              sideShown ? (
                <Tabs label="Case" tabs={sideTabs} value={side} onChange={setSide} className="h-full" />
              ) : null
            }
          />
        </>
      ) : (
        <Tabs
          label="Case"
          className="h-full"
          value={place}
          onChange={setPlace}
          tabs={[
            { value: 'preview', label: 'Preview', panel: previewPane },
            { value: 'source', label: 'Source', panel: sourcePane },
            ...sideTabs,
          ]}
        />
      )}
      {save.kind === 'conflict' && (
        <MergeDialog open={merging} onOpenChange={setMerging} stale={save.stale} mine={text} onResolve={resolve} />
      )}
      <SubmitDialog
        open={submitting}
        onOpenChange={setSubmitting}
        investigation={investigation}
        handle={handle}
        evidence={numbers}
        checks={checks}
        running={work.live !== null}
        onLine={goTo}
        onSubmitted={(review) => {
          toast({
            kind: 'good',
            title: 'Submitted for review',
            action: { label: 'Open the review', run: () => router.push(`/reviews/${review.id}`) },
          });
          router.refresh();
        }}
      />
    </Page>
  );
}

function Label({
  word,
  count,
  dot = null,
  strong = false,
}: {
  word: string;
  count?: number;
  dot?: 'at work' | 'waiting' | null;
  strong?: boolean;
}): ReactNode {
  return (
    <>
      {word}
      {dot && (
        <>
          <span
            aria-hidden
            className={`size-1.5 rounded-full ${dot === 'waiting' ? 'bg-high' : 'animate-pulse bg-model'}`}
          />
          <span className="sr-only"> ({dot})</span>
        </>
      )}
      {count !== undefined && count > 0 && (
        <span
          className={`rounded-full px-1.5 text-2xs tabular-nums ${strong ? 'bg-model-soft text-model' : 'bg-informational-soft text-ink-2'}`}
        >
          {count}
        </span>
      )}
    </>
  );
}
