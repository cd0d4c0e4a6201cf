'use client';
import dynamic from 'next/dynamic';
import type { ReactNode } from 'react';
import { AlertsPanel } from '@/components/case/alerts-panel';
import { EvidencePanel } from '@/components/case/evidence-panel';
import { RunbooksPanel } from '@/components/case/runbooks-panel';
import { ErrorBoundary } from '@/components/ui/error-boundary';
import { type Tab, TabLabel } from '@/components/ui/tabs';
import type { Coaching } from '@/lib/agent/coachings';
import type { OfferedModel } from '@/lib/agent/model/choose-model';
import type { InvestigationDetail } from '@/lib/investigations/schema';
import { ChecksPanel } from './checks-panel';
import { CoachBox } from './coach-box';
import { RunPanel } from './run-panel';
import type { Place } from './use-editor-keys';
import type { WorkspaceState } from './use-workspace';

// With the line diff, which a case without proposals does without.
const ProposalsPanel = dynamic(() => import('./proposals-panel').then((file) => file.ProposalsPanel), {
  loading: () => null,
});

const TasksPanel = dynamic(() => import('@/components/case/tasks-panel').then((file) => file.TasksPanel), {
  loading: () => null,
});

type SideTabsInput = {
  state: WorkspaceState;
  investigation: InvestigationDetail;
  coachings: Coaching[];
  models: OfferedModel[];
  factChecker: string | null;
};

/** The panels beside the report. An error in one of them stays in it. */
export function sideTabs({ state, investigation, coachings, models, factChecker }: SideTabsInput): Tab<Place>[] {
  const { layout, handle, work, texts, checks, cite, goTo, suggest, target } = state;
  const openHunks = work.proposals.flatMap(({ hunks }) => hunks).filter(({ status }) => status === 'open').length;
  // While a model writes, what the checks found in a half-written text says nothing.
  const counts = handle.draft.humanTouched || (!work.live && checks.report?.version === handle.draft.version);
  // From the events: the list of runs is older.
  const dot = work.live && (work.liveRun?.status === 'waiting' ? 'waiting' : 'working');
  const tab = (value: Place, label: ReactNode, name: string, panel: ReactNode): Tab<Place> => ({
    value,
    label,
    panel: <ErrorBoundary label={name}>{panel}</ErrorBoundary>,
  });
  return [
    tab(
      'run',
      <TabLabel word="Run" dot={dot} />,
      'The run',
      <Run state={state} coachings={coachings} models={models} />,
    ),
    tab(
      'evidence',
      <TabLabel word="Evidence" count={work.evidence.length} />,
      'The evidence',
      <EvidencePanel
        investigationId={investigation.id}
        items={work.evidence}
        target={target}
        textVersion={handle.draft.version}
        onEvidence={cite}
        onSuggest={suggest}
      />,
    ),
    tab(
      'checks',
      <TabLabel word="Checks" count={counts ? (checks.report?.items.length ?? 0) : 0} />,
      'The checks',
      <ChecksPanel
        investigationId={investigation.id}
        factChecker={factChecker}
        checks={checks}
        handle={handle}
        onLine={goTo}
        onShow={texts.source.show}
        active={layout.shown === 'checks'}
      />,
    ),
    tab(
      'proposals',
      <TabLabel word="Proposals" count={openHunks} strong />,
      'The proposals',
      <ProposalsPanel
        proposals={work.proposals}
        onDecide={work.decide}
        onLine={goTo}
        onShow={texts.source.show}
        active={layout.shown === 'proposals'}
      />,
    ),
    tab(
      'alerts',
      <TabLabel word="Alerts" count={investigation.alerts.length} />,
      'The alerts',
      <AlertsPanel investigationId={investigation.id} alerts={investigation.alerts} />,
    ),
    tab(
      'tasks',
      <TabLabel word="Tasks" count={investigation.openTasks} />,
      'The tasks',
      <TasksPanel investigationId={investigation.id} version={handle.draft.version} />,
    ),
    tab('runbooks', <TabLabel word="Runbooks" />, 'The runbooks', <RunbooksPanel investigationId={investigation.id} />),
  ];
}

function Run({ state, coachings, models }: Omit<SideTabsInput, 'investigation' | 'factChecker'>) {
  const { layout, work, cite, start, evidence, model, setModel, parallel, setParallel, quote, setQuote, suggestion } =
    state;
  return (
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
      onProposals={() => layout.open('proposals')}
      onStart={start}
      evidence={evidence}
      coach={
        <CoachBox
          caseId={state.id}
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
      parallel={parallel}
      onParallel={setParallel}
    />
  );
}
