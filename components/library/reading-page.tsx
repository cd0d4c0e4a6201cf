'use client';
import Link from 'next/link';
import { useState } from 'react';
import { headingsOf, Markdown } from '@/components/markdown/markdown';
import { DiffView } from '@/components/review/diff-view';
import { callApi, wordsOf } from '@/components/shell/call-api';
import { Page } from '@/components/shell/page';
import { Button } from '@/components/ui/button';
import { buttonClass } from '@/components/ui/button-class';
import { Problem } from '@/components/ui/problem';
import { Select } from '@/components/ui/select';
import { Time } from '@/components/ui/time';
import { SEVERITIES } from '@/lib/alerts/schema';
import type { HistoryEntry, InvestigationDetail } from '@/lib/investigations/schema';
import { ClassificationTag, StatusTag } from './labels';

type Props = { investigation: InvestigationDetail; markdown: string; history: HistoryEntry[] };

/** A case to read: the report, its approved revisions with the difference between any two, its alerts. */
export function ReadingPage({ investigation, markdown, history }: Props) {
  const [compared, setCompared] = useState<{ before: string; after: string } | null>(null);
  const headings = headingsOf(markdown);
  return (
    <Page
      title={investigation.title}
      layout="fill"
      detail={
        <>
          <ClassificationTag value={investigation.classification} />
          <StatusTag value={investigation.status} />
        </>
      }
      actions={
        <Link className={buttonClass('default', 'sm')} href={`/investigations/${investigation.id}`}>
          Open in editor
        </Link>
      }
    >
      <div className="flex min-h-0 flex-1 flex-col overflow-y-auto lg:flex-row lg:overflow-hidden">
        <section aria-label="Report" className="min-w-0 flex-1 lg:overflow-y-auto">
          {compared ? (
            <>
              <p className="border-line border-b px-4 py-2">
                <Button size="sm" onClick={() => setCompared(null)}>
                  Back to the report
                </Button>
              </p>
              <DiffView {...compared} split={false} />
            </>
          ) : (
            <Markdown source={markdown} report className="mx-auto max-w-4xl px-4 py-5" />
          )}
        </section>
        <aside
          aria-label="About this case"
          className="flex shrink-0 flex-col gap-5 border-line border-t p-4 text-sm lg:w-80 lg:overflow-y-auto lg:border-t-0 lg:border-l"
        >
          <nav aria-label="Contents" className="hidden lg:block">
            <h2 className="mb-1 font-semibold">Contents</h2>
            <ul>
              {headings
                .filter(({ level }) => level === 2)
                .map(({ id, text }) => (
                  <li key={id}>
                    <a className="text-ink-2 hover:text-accent hover:underline" href={`#${id}`}>
                      {text}
                    </a>
                  </li>
                ))}
            </ul>
          </nav>
          <section>
            <h2 className="mb-1 font-semibold">History</h2>
            {history.length === 0 ? (
              <p className="text-ink-2">Not approved yet.</p>
            ) : (
              <History {...{ investigation, history }} onCompare={setCompared} />
            )}
          </section>
          <section>
            <h2 className="mb-1 font-semibold">Alerts</h2>
            <ul className="flex flex-col gap-2">
              {investigation.alerts.map((alert) => (
                <li key={alert.id}>
                  <p className="font-medium">{alert.title}</p>
                  <p className="text-ink-3 text-xs">
                    {SEVERITIES.includes(alert.severity) ? alert.severity : ''} · {alert.source} ·{' '}
                    <Time value={alert.occurredAt} show="utc" />
                  </p>
                </li>
              ))}
            </ul>
          </section>
          <p className="break-all font-mono text-ink-3 text-xs">{investigation.path}</p>
        </aside>
      </div>
    </Page>
  );
}

type HistoryProps = Pick<Props, 'investigation' | 'history'> & {
  onCompare: (texts: { before: string; after: string }) => void;
};

function History({ investigation, history, onCompare }: HistoryProps) {
  const [from, setFrom] = useState(history[1]?.revision ?? history[0]?.revision ?? '');
  const [to, setTo] = useState(history[0]?.revision ?? '');
  const [problem, setProblem] = useState('');
  const options = history.map(({ revision, number }) => ({ value: revision, label: `Revision ${number}` }));
  const textOf = async (revision: string) =>
    (await callApi<{ markdown: string }>('GET', `/api/investigations/${investigation.id}/history/${revision}`))
      .markdown;
  const compare = async () => {
    setProblem('');
    try {
      const [before, after] = await Promise.all([textOf(from), textOf(to)]);
      onCompare({ before, after });
    } catch (error) {
      setProblem(wordsOf(error));
    }
  };
  return (
    <>
      <ol className="flex flex-col gap-2">
        {history.map((entry) => (
          <li key={entry.revision}>
            <p>
              Revision {entry.number}{' '}
              {entry.commit ? (
                <span className="font-mono text-ink-3 text-xs">{entry.commit.slice(0, 10)}</span>
              ) : (
                <span className="text-ink-3 text-xs">approved; the commit is under way</span>
              )}
            </p>
            <p className="text-ink-3 text-xs">
              {entry.author.name}, approved by {entry.reviewer?.name ?? 'nobody'}, <Time value={entry.approvedAt} />
            </p>
          </li>
        ))}
      </ol>
      {history.length > 1 && (
        <div className="mt-3 flex flex-wrap items-center gap-2">
          <Select label="From" options={options} value={from} onChange={setFrom} size="sm" />
          <Select label="To" options={options} value={to} onChange={setTo} size="sm" />
          <Button size="sm" onClick={compare}>
            Compare
          </Button>
        </div>
      )}
      <Problem>{problem}</Problem>
    </>
  );
}
