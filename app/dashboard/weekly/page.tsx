import { ChartColumn } from 'lucide-react';
import type { Metadata } from 'next';
import { requireActor } from '@/app/current-actor';
import { Weekly } from '@/components/dashboard/weekly';
import { ForLeads } from '@/components/shell/for-leads';
import { can } from '@/lib/auth/permissions';
import { AppError } from '@/lib/errors/app-error';
import { listWeekly, readWeekly } from '@/lib/weekly/read-weekly';
import { readWeeklySettings } from '@/lib/weekly/settings';

export const metadata: Metadata = { title: 'Weekly report' };

type Props = { searchParams: Promise<{ week?: string | string[] }> };

export default async function WeeklyPage({ searchParams }: Props) {
  const actor = await requireActor();
  if (!can(actor.role, 'dashboard.read'))
    return <ForLeads title="Weekly report" sentence="The weekly report is for leads" icon={<ChartColumn />} />;
  const { week } = await searchParams;
  const [items, settings] = await Promise.all([listWeekly(actor), readWeeklySettings(actor)]);
  const asked = typeof week === 'string' && week !== '' ? week : items[0]?.week;
  const report =
    asked === undefined
      ? null
      : await readWeekly(actor, asked).catch((error: unknown) => {
          if (error instanceof AppError && error.code === 'not_found') return null;
          throw error;
        });
  return (
    <Weekly
      key={`${report?.week} ${report?.createdAt}`}
      items={items}
      report={report}
      asked={asked ?? null}
      settings={settings}
    />
  );
}
