'use client';
import { PanelRight, Send } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { MergeNotice } from '@/components/case/merge-notice';
import { useCaseForCards } from '@/components/entities/card-store';
import { ClassificationTag, StatusTag } from '@/components/labels/case-labels';
import { Page } from '@/components/shell/page';
import { Badge } from '@/components/ui/badge';
import { Button, IconButton } from '@/components/ui/button';
import { SplitPane } from '@/components/ui/split-pane';
import { type Tab, Tabs } from '@/components/ui/tabs';
import { toast } from '@/components/ui/toaster';
import { Unseen } from '@/components/ui/unseen';
import type { Coaching } from '@/lib/agent/coachings';
import { fittingCoachings } from '@/lib/agent/fitting-coachings';
import type { OfferedModel } from '@/lib/agent/model/choose-model';
import type { DraftView } from '@/lib/drafts/schema';
import type { InvestigationDetail } from '@/lib/investigations/schema';
import { isProposed } from '@/lib/report/assessment';
import type { FrontMatter } from '@/lib/report/schema';
import { AskButton } from './ask-button';
import { ModeSwitch } from './mode-switch';
import { PreviewPane, SourcePane } from './panes';
import { ReviewBanner } from './review-banner';
import { SaveStatus } from './save-status';
import { sideTabs } from './side-tabs';
import type { CaseData } from './use-case-data';
import type { Place } from './use-editor-keys';
import { useFrontMatter } from './use-front-matter';
import { useWorkspace, type WorkspaceState } from './use-workspace';

// With code of their own (the merge view, the checks before a submission) that most visits do without.
const MergeDialog = dynamic(() => import('@/components/case/merge-dialog').then((file) => file.MergeDialog), {
  ssr: false,
});
const SubmitDialog = dynamic(() => import('./submit-dialog').then((file) => file.SubmitDialog), { ssr: false });

type WorkspaceProps = {
  investigation: InvestigationDetail;
  draft: DraftView;
  coachings: Coaching[];
  models: OfferedModel[];
  /** The model that fact-checks; null: none is connected. */
  factChecker: string | null;
} & CaseData;

/** The page where a person and a model write a report together. */
export function Workspace({ investigation, draft, coachings, models, factChecker, ...initial }: WorkspaceProps) {
  const state = useWorkspace(investigation.id, draft, initial);
  const { handle, texts } = state;
  useStatusAfterEdit(investigation, handle.draft.version > draft.version);
  useCaseForCards({ id: investigation.id, onEvidence: state.cite, onAsk: state.suggest });
  const frontMatter = useFrontMatter(texts.preview);
  const [merging, setMerging] = useState(true);
  const { save } = handle;
  const fitting = fittingCoachings(coachings, frontMatter?.techniques ?? []);
  return (
    <Page
      layout="fill"
      title={<Unseen text={investigation.title} />}
      detail={
        <>
          <span className="hidden md:contents">
            <StatusTag value={investigation.status} />
            {investigation.sample && <Badge tone="accent">sample</Badge>}
            <ClassificationTag value={frontMatter?.classification ?? null} proposed={isProposed(frontMatter)} />
          </span>
          <span className="hidden truncate font-mono xl:inline">{investigation.codename}</span>
        </>
      }
      actions={<Actions state={state} onMerge={() => setMerging(true)} />}
    >
      <ReviewBanner investigation={investigation} />
      <MergeNotice investigation={investigation} />
      <AskButton within={texts.askable} onAsk={state.ask} />
      <Panes
        state={state}
        frontMatter={frontMatter}
        side={sideTabs({ state, investigation, coachings: fitting, models, factChecker })}
      />
      {save.kind === 'conflict' && (
        <MergeDialog
          open={merging}
          onOpenChange={setMerging}
          stale={save.stale}
          mine={handle.text}
          onResolve={handle.resolve}
        />
      )}
      <Submit state={state} investigation={investigation} />
    </Page>
  );
}

/** An approved case is a draft again with the first change: its status and banner come from the server. */
function useStatusAfterEdit({ status }: InvestigationDetail, edited: boolean): void {
  const router = useRouter();
  const outdated = status === 'approved' && edited;
  useEffect(() => {
    if (outdated) router.refresh();
  }, [outdated, router]);
}

function Actions({
  state: { layout, handle, setSubmitting },
  onMerge,
}: {
  state: WorkspaceState;
  onMerge: () => void;
}) {
  const { wide, mode, setMode, sideShown, setSideShown } = layout;
  return (
    <>
      <SaveStatus state={handle.save} version={handle.version()} onSave={handle.flush} onMerge={onMerge} />
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
  );
}

type PanesProps = { state: WorkspaceState; frontMatter: FrontMatter | null; side: Tab<Place>[] };

/** Source, preview and side panel beside each other; on a narrow window as tabs. */
function Panes({ state, frontMatter, side }: PanesProps) {
  const { wide, mode, sideShown, place, setPlace, setSide, side: shownSide } = state.layout;
  const source = <SourcePane state={state} />;
  const preview = <PreviewPane state={state} frontMatter={frontMatter} />;
  if (!wide) {
    const tabs: Tab<Place>[] = [
      { value: 'preview', label: 'Preview', panel: preview },
      { value: 'source', label: 'Source', panel: source },
      ...side,
    ];
    return <Tabs label="Case" className="h-full" value={place} onChange={setPlace} tabs={tabs} />;
  }
  const both = (
    <SplitPane label="Width of the preview" name="editor.preview" initial={50} first={source} second={preview} />
  );
  return (
    <>
      <p className="p-4 text-ink-2 text-sm lg:hidden">Loading the editor…</p>
      <SplitPane
        className="max-lg:hidden" // until a narrow window has reported its width
        label="Width of the side panel"
        name="editor.side"
        initial={72}
        min={45}
        max={80}
        first={mode === 'split' ? both : mode === 'source' ? source : preview}
        second={
          sideShown ? <Tabs label="Case" tabs={side} value={shownSide} onChange={setSide} className="h-full" /> : null
        }
      />
    </>
  );
}

/** The submit dialog, there from the first time it is opened. */
function Submit({ state, investigation }: { state: WorkspaceState; investigation: InvestigationDetail }) {
  const router = useRouter();
  const { submitting, setSubmitting, handle, evidence, checks, work, goTo } = state;
  const [opened, setOpened] = useState(false);
  if (submitting && !opened) setOpened(true);
  if (!opened) return null;
  return (
    <SubmitDialog
      open={submitting}
      onOpenChange={setSubmitting}
      investigation={investigation}
      handle={handle}
      evidence={evidence}
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
  );
}
