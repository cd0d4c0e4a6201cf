'use client';
import { CalendarDays } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { LazyMarkdown } from '@/components/markdown/lazy-markdown';
import { api } from '@/components/shell/api';
import { Page } from '@/components/shell/page';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { buttonClass } from '@/components/ui/button-class';
import { CopyButton } from '@/components/ui/copy-button';
import { EmptyState } from '@/components/ui/empty-state';
import { Problem } from '@/components/ui/problem';
import { Select } from '@/components/ui/select';
import { Time } from '@/components/ui/time';
import type { WeeklyItem, WeeklyReport, WeeklySettings } from '@/lib/weekly/schema';

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const OFF = '0';
const CHOICES = [
  { value: OFF, label: 'Off' },
  ...DAYS.map((day, index) => ({ value: String(index + 1), label: `Every ${day}` })),
];

type Props = {
  items: WeeklyItem[];
  report: WeeklyReport | null;
  /** The week in the URL. */
  asked: string | null;
  settings: WeeklySettings;
};

/** The weekly reports of the lead: one is shown, the others are a choice. */
export function Weekly({ items, report, asked, settings: initial }: Props) {
  const router = useRouter();
  const [settings, setSettings] = useState(initial);
  const { busy, problem, send } = useRequest<'make' | 'day'>();
  const make = (body: { week?: string }) =>
    send('make', async () => {
      const { week } = await api.post('/api/weekly-reports', { body });
      router.push(`/dashboard/weekly?week=${week}`);
      router.refresh();
    });
  const choose = (day: string) => {
    const body = { enabled: day !== OFF, weekday: day === OFF ? settings.weekday : Number(day) };
    void send('day', async () => setSettings(await api.put('/api/weekly-reports/settings', { body })));
  };
  return (
    <Page
      title="Weekly report"
      actions={
        <>
          {report && <CopyButton text={report.markdown} label="Copy Markdown" />}
          <Link href="/dashboard" className={buttonClass()}>
            Dashboard
          </Link>
        </>
      }
      toolbar={
        <div className="flex flex-wrap items-center gap-2">
          {items.length > 0 && (
            <Select
              label="Week"
              showLabel
              value={report?.week ?? null}
              placeholder="Choose a week"
              options={items.map(({ week, from, to }) => ({ value: week, label: `${week} (${from} to ${to})` }))}
              onChange={(week) => router.push(`/dashboard/weekly?week=${week}`)}
            />
          )}
          <Select
            label="Schedule"
            showLabel
            value={settings.enabled ? String(settings.weekday) : OFF}
            options={CHOICES}
            onChange={choose}
          />
          <Button busy={busy === 'make'} onClick={() => void make(report ? { week: report.week } : {})}>
            {report ? 'Rewrite report' : 'Write last week’s report'}
          </Button>
        </div>
      }
    >
      <div className="p-3 md:p-4">
        <Problem className="mb-3">{problem}</Problem>
        {report ? (
          <Report report={report} />
        ) : (
          <NoReport title={asked && items.length > 0 ? 'No report for that week' : 'No weekly report yet'} />
        )}
      </div>
    </Page>
  );
}

function NoReport({ title }: { title: string }) {
  return (
    <EmptyState icon={<CalendarDays />} title={title}>
      Socdown writes a report of the week on the chosen day, from the dashboard’s numbers, and commits it to the store.
      Write one now, or wait for that day. A channel in{' '}
      <Link href="/settings/notifications" className="text-accent underline">
        Settings → Notifications
      </Link>{' '}
      can announce it.
    </EmptyState>
  );
}

function Report({ report }: { report: WeeklyReport }) {
  return (
    <article aria-label={`Week ${report.week}`} className="mx-auto max-w-4xl">
      <p className="mb-3 text-ink-3 text-xs">
        Written <Time value={report.createdAt} />
        {report.commit ? (
          <>
            , commit <span className="font-mono">{report.commit.slice(0, 8)}</span>
          </>
        ) : (
          ', the commit follows in a moment'
        )}
      </p>
      <LazyMarkdown source={report.markdown} className="text-sm" />
    </article>
  );
}
