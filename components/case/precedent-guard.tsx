'use client';
import { ClassificationTag } from '@/components/labels/case-labels';
import { api } from '@/components/shell/api';
import { useApi, useReload } from '@/components/shell/use-api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Problem } from '@/components/ui/problem';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import type { Precedents } from '@/lib/library/read-precedents';

const LIVE = ['queued', 'running', 'waiting'];
const isLive = (data: Precedents | undefined): boolean => LIVE.includes(data?.rerun?.status ?? '');
const POLL_MS = 2_000;

type Props = {
  investigationId: string;
  /** Read again when it changes. */
  version: string;
  onStarted?: () => void;
};

/** Says that a verdict rests on past cases, and shows whether it moves without them. Nothing where it doesn't rest on any. */
export function PrecedentGuard({ investigationId, version, onStarted }: Props) {
  const request = { params: { id: investigationId } };
  const { data } = useApi('/api/investigations/{id}/precedents', request, {
    version,
    every: (last) => (isLive(last) ? POLL_MS : false),
  });
  const reload = useReload();
  const { busy, problem, send } = useRequest();
  if (!data || (data.claims.length === 0 && !data.rerun)) return null;
  const start = () =>
    send('send', async () => {
      await api.post('/api/investigations/{id}/runs', { ...request, body: { withoutPrecedents: true } });
      await reload('/api/investigations/{id}/precedents', request);
      onStarted?.();
    });
  return (
    <section aria-label="Precedents" className="shrink-0 border-line border-b bg-medium-soft px-3 py-1.5 text-xs">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        {data.claims.length > 0 && <span className="font-medium text-medium">This verdict rests on past cases</span>}
        <Rerun data={data} />
        <Button size="sm" className="ml-auto" busy={busy !== null || isLive(data)} onClick={() => void start()}>
          {isLive(data) ? 'Running without precedents' : 'Re-run without precedents'}
        </Button>
      </div>
      {data.claims.length > 0 && (
        <details>
          <summary className="min-h-[24px] cursor-pointer leading-6">
            {data.claims.length === 1 ? 'The sentence' : `The ${data.claims.length} sentences`}
          </summary>
          <ul className="list-disc pl-5 text-ink-2">
            {data.claims.map(({ line, text }) => (
              <li key={`${line} ${text}`} className="[overflow-wrap:anywhere]">
                Line {line}: <Unseen text={text} />
              </li>
            ))}
          </ul>
        </details>
      )}
      <Problem className="mt-1">{problem}</Problem>
    </section>
  );
}

function Rerun({ data: { rerun, verdict } }: { data: Precedents }) {
  if (!rerun || LIVE.includes(rerun.status)) return null;
  if (!rerun.verdict)
    return <span className="text-ink-2">The run without precedents came to no verdict ({rerun.status}).</span>;
  return (
    <span className="flex flex-wrap items-center gap-x-1.5" role="status">
      {rerun.moved ? (
        <span className="font-medium text-bad">Without precedents the verdict moves:</span>
      ) : (
        <span className="text-good">Without precedents the verdict stays:</span>
      )}
      {rerun.moved && verdict && (
        <>
          <ClassificationTag value={verdict.classification} />
          {percent(verdict.confidence)}
          <span aria-hidden>→</span>
          <span className="sr-only">becomes</span>
        </>
      )}
      <ClassificationTag value={rerun.verdict.classification} />
      {percent(rerun.verdict.confidence)}, <Time value={rerun.startedAt} />
    </span>
  );
}

const percent = (confidence: number | null): string => (confidence === null ? '' : `${confidence} %`);
