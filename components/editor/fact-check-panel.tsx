'use client';
import { ScanSearch, Square } from 'lucide-react';
import Link from 'next/link';
import { DismissedFindings } from '@/components/case/dismissed-findings';
import { factCheckWords } from '@/components/case/fact-check-words';
import { UsageFigures } from '@/components/case/usage-figures';
import { useFactCheckRun } from '@/components/case/use-fact-check';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Problem } from '@/components/ui/problem';
import { Spinner } from '@/components/ui/spinner';
import { Time } from '@/components/ui/time';
import type { FactCheck } from '@/lib/checks/finding';
import { PromptDialog } from './prompt-dialog';

type FactCheckPanelProps = {
  investigationId: string;
  /** What a model has read of the saved text; null while the checks are on their way. */
  state: FactCheck | null;
  /** The model that reads; null: none is connected. */
  model: string | null;
  whenSaved: () => Promise<boolean>;
  onLine: (line: number) => void;
};

/** Has a model read the report against its evidence, and says how much of it was read. */
export function FactCheckPanel({ investigationId, state, model, whenSaved, onLine }: FactCheckPanelProps) {
  const { run, reload } = useFactCheckRun(investigationId);
  const isRead = state !== null && state.read + state.notRead.length > 0;
  return (
    <section aria-labelledby="fact-check" className="flex flex-col gap-1.5 border-line border-b pb-3 text-xs">
      <h2 id="fact-check" className="font-medium text-ink-2">
        Fact check
      </h2>
      {run?.isLive ? (
        <Progress run={run} />
      ) : (
        <p className="text-ink-2" data-testid="fact-check-state">
          {isRead
            ? factCheckWords(state).join(' ')
            : 'A model compares each statement with its evidence. What it finds are warnings.'}
        </p>
      )}
      {run?.status === 'failed' && <Problem>The last fact check failed. {run.error}</Problem>}
      <Act
        investigationId={investigationId}
        state={state}
        model={model}
        whenSaved={whenSaved}
        isLive={run?.isLive === true}
        onDone={reload}
      />
      {run && <LastRun run={run} />}
      {state && <DismissedFindings investigationId={investigationId} dismissed={state.dismissed} onLine={onLine} />}
    </section>
  );
}

type ActProps = Omit<FactCheckPanelProps, 'onLine'> & { isLive: boolean; onDone: () => Promise<void> };

/** Starts it, or stops it, or says what it needs. */
function Act({ investigationId, state, model, whenSaved, isLive, onDone }: ActProps) {
  const { busy, problem, send } = useRequest<'start' | 'stop'>();
  const params = { id: investigationId };
  const start = () =>
    send('start', async () => {
      if (!(await whenSaved())) throw new Error('Save your text first. A fact check reads the saved text.');
      await api.post('/api/investigations/{id}/fact-check', { params });
      await onDone();
    });
  const stop = () =>
    send('stop', async () => {
      await api.delete('/api/investigations/{id}/fact-check', { params });
      await onDone();
    });
  const isFirst = state === null || state.read + state.notRead.length === 0;
  const left = state ? state.unread + state.notRead.filter(({ because }) => mayHelp.has(because)).length : 0;
  return (
    <>
      <Problem>{problem}</Problem>
      {isLive ? (
        <div>
          <Button size="sm" variant="danger" busy={busy === 'stop'} onClick={stop}>
            <Square aria-hidden className="size-3" /> Stop fact check
          </Button>
        </div>
      ) : model === null ? (
        <p className="text-ink-3">
          It needs a language model. See{' '}
          <Link href="/settings/model" className="text-accent underline underline-offset-2">
            Settings → Model
          </Link>
          .
        </p>
      ) : (
        (isFirst || left > 0) && (
          <div>
            <Button size="sm" busy={busy === 'start'} onClick={start}>
              <ScanSearch aria-hidden className="size-3.5" />
              {isFirst ? `Fact-check with ${model}` : `Fact-check ${count(left)} with ${model}`}
            </Button>
          </div>
        )
      )}
    </>
  );
}

/** Why a statement was not read, where asking again may help. */
const mayHelp: ReadonlySet<string> = new Set(['no-answer', 'refused']);

/** When it ended, what it cost, and what was sent. */
function LastRun({ run }: { run: NonNullable<FactCheck['run']> }) {
  return (
    <div className="flex flex-wrap items-center gap-x-2 text-ink-3">
      {!run.isLive && run.finishedAt && (
        <span>
          {run.status === 'cancelled' ? 'Stopped' : 'Ended'} <Time value={run.finishedAt} />
        </span>
      )}
      <UsageFigures sent={run.sent} answered={run.answered} cost={run.cost} />
      <PromptDialog key={run.id} runId={run.id} />
    </div>
  );
}

const count = (statements: number): string => `${statements} ${statements === 1 ? 'statement' : 'statements'}`;

function Progress({ run }: { run: NonNullable<FactCheck['run']> }) {
  const { status, model, done, total, error } = run;
  const words =
    status === 'queued' || total === null
      ? `${model}: waiting to start`
      : status === 'waiting'
        ? `${error ?? 'The model is unavailable'}. Retrying later.`
        : `${model}: ${done} of ${count(total)} read`;
  return (
    <>
      <p className="flex items-center gap-2 text-ink-2" data-testid="fact-check-progress">
        <Spinner /> {words}
      </p>
      {total !== null && total > 0 && (
        <progress aria-label="Statements read" max={total} value={done ?? 0} className="h-1.5 w-full accent-accent" />
      )}
    </>
  );
}
