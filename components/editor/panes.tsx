'use client';
import { type ReactNode, useMemo, useState } from 'react';
import { AssessmentBar } from '@/components/case/assessment-bar';
import { CaseGraph } from '@/components/case/case-graph';
import { CaseTimeline } from '@/components/case/case-timeline';
import { PrecedentGuard } from '@/components/case/precedent-guard';
import { LazyMarkdown } from '@/components/markdown/lazy-markdown';
import { ErrorBoundary } from '@/components/ui/error-boundary';
import { Scrollable } from '@/components/ui/scrollable';
import type { FrontMatter } from '@/lib/report/schema';
import type { AssessmentFields } from '@/lib/report/set-assessment';
import type { WorkspaceState } from './use-workspace';

/** The Markdown source, and what a live run means for it. */
export function SourcePane({ state: { work, handle, texts } }: { state: WorkspaceState }) {
  const { source, sourceHost, ready } = texts;
  const offersOnly = handle.draft.humanTouched || handle.save.kind !== 'saved';
  return (
    <div className="flex h-full min-h-0 flex-col">
      {work.live && (
        <p className="shrink-0 border-line border-b bg-model-soft px-3 py-1.5 text-model text-xs">
          {work.live.withoutPrecedents
            ? 'A run without precedents is in progress. It leaves the report as it is.'
            : offersOnly
              ? 'A run is in progress. It does not change your text: its changes arrive as proposals.'
              : `${work.liveRun?.status === 'waiting' ? 'The run is waiting' : 'The report is being written'}. Type to take over: your text stays, and further changes arrive as proposals.`}
        </p>
      )}
      <div ref={sourceHost} className="relative min-h-0 flex-1">
        {!ready && <p className="absolute p-3 text-ink-3 text-xs">Loading the editor…</p>}
        <div ref={source.attach} className="h-full overflow-hidden" />
      </div>
    </div>
  );
}

type PreviewPaneProps = { state: WorkspaceState; frontMatter: FrontMatter | null };

/** The rendered report. An error in rendering stays in this pane: the source can still be edited. */
export function PreviewPane({ state, frontMatter }: PreviewPaneProps) {
  const { work, handle, texts, cite, evidence } = state;
  const { text } = handle;
  const pictures = usePictures(state);
  const accept = async () => {
    const { withAssessmentSet } = await import('@/lib/report/set-assessment');
    handle.change(withAssessmentSet(text));
  };
  const assess = async (change: AssessmentFields) => {
    const { withAssessment } = await import('@/lib/report/set-assessment');
    handle.change(withAssessment(text, change));
  };
  return (
    <div className="flex h-full min-h-0 flex-col">
      {!work.live && (
        <AssessmentBar
          frontMatter={frontMatter}
          onAccept={() => void accept()}
          onChange={(change) => void assess(change)}
        />
      )}
      {frontMatter?.classification && (
        <PrecedentGuard
          investigationId={state.id}
          version={`${handle.draft.version} ${work.live?.id ?? ''}`}
          onStarted={() => void work.loadRuns()}
        />
      )}
      <Scrollable
        ref={texts.scroller}
        label="Preview"
        onScroll={texts.onPreviewScroll}
        className="min-h-0 flex-1 px-4 py-3 md:px-5"
      >
        <div className="mx-auto max-w-3xl">
          <ErrorBoundary label="The preview" of={texts.preview}>
            <LazyMarkdown
              ref={texts.rendered}
              source={texts.preview}
              report
              streaming={texts.writing}
              onCite={cite}
              evidence={evidence}
              below={pictures}
              className="text-sm"
            />
          </ErrorBoundary>
        </div>
      </Scrollable>
    </div>
  );
}

const NONE: ReadonlyMap<string, ReactNode> = new Map();

/**
 * The timeline and the graph in their sections, as readers will have them. While a run works they stay as they were before it: its evidence
 * grows all the time, and a picture that goes and comes moves the text.
 */
function usePictures({ id, work, cite }: WorkspaceState): ReadonlyMap<string, ReactNode> {
  const [version, setVersion] = useState(0);
  if (!work.live && version !== work.evidence.length) setVersion(work.evidence.length);
  return useMemo(
    () =>
      version > 0
        ? new Map([
            ['timeline', <CaseTimeline key="timeline" investigationId={id} version={version} onEvidence={cite} />],
            ['technical-details', <CaseGraph key="graph" investigationId={id} version={version} onEvidence={cite} />],
          ])
        : NONE,
    [id, version, cite],
  );
}
