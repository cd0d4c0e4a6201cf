import { ChartColumn } from 'lucide-react';
import type { Metadata } from 'next';
import Link from 'next/link';
import { Suspense } from 'react';
import { requireActor } from '@/app/current-actor';
import { Headlines } from '@/components/dashboard/headlines';
import { BarsOf, MatrixOf, SparklinesOf } from '@/components/dashboard/pictures';
import { ScopeForm } from '@/components/dashboard/scope-form';
import { TableSection } from '@/components/dashboard/table-section';
import { ForLeads } from '@/components/shell/for-leads';
import { Page } from '@/components/shell/page';
import { buttonClass } from '@/components/ui/button-class';
import { EmptyState } from '@/components/ui/empty-state';
import { Problem } from '@/components/ui/problem';
import { technique } from '@/lib/attack/techniques';
import type { Actor } from '@/lib/auth/guard';
import { can } from '@/lib/auth/permissions';
import { readDashboard, readDashboardTable } from '@/lib/dashboard/read-dashboard';
import { DashboardQuery, type DashboardTable } from '@/lib/dashboard/schema';
import { AppError } from '@/lib/errors/app-error';

export const metadata: Metadata = { title: 'Dashboard' };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function DashboardPage({ searchParams }: Props) {
  const actor = await requireActor();
  if (!can(actor.role, 'dashboard.read'))
    return <ForLeads title="Dashboard" sentence="The dashboard is for leads" icon={<ChartColumn />} />;
  const given = Object.fromEntries(Object.entries(await searchParams).filter(([, value]) => value !== ''));
  const parsed = DashboardQuery.safeParse(given);
  const query = parsed.success ? parsed.data : {};
  const found = await readDashboard(actor, query).catch((error) => {
    if (error instanceof AppError && error.code === 'bad_request') return error;
    throw error;
  });
  if (found instanceof AppError) return <BadPeriod why={found.userMessage} />;
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => (value ? [[name, String(value)]] : [])),
  ).toString();
  return (
    <Page
      title="Dashboard"
      toolbar={<ScopeForm key={search} query={query} range={found.range} />}
      actions={
        <>
          <Link href="/dashboard/weekly" className={buttonClass()}>
            Weekly report
          </Link>
          <Link href="/evaluations" className={buttonClass()}>
            Evaluations
          </Link>
        </>
      }
    >
      <div className="flex flex-col gap-8 p-3 md:p-4">
        {!parsed.success && <Problem>Ignored an invalid filter in the URL.</Problem>}
        <Headlines items={found.headlines} />
        {found.tables.map((table) => (
          <TableSection key={table.name} table={table} search={search} isFolded={table.name === 'queue-trend'}>
            <Picture table={table} />
          </TableSection>
        ))}
        <Suspense fallback={<p className="text-ink-2 text-sm">Reading the log sources…</p>}>
          <Logs actor={actor} query={query} search={search} />
        </Suspense>
      </div>
    </Page>
  );
}

function Picture({ table }: { table: DashboardTable }) {
  if (table.name === 'activity' || table.name === 'verdicts-by-week') return <BarsOf table={table} />;
  if (table.name === 'queue-trend') return <SparklinesOf table={table} />;
  if (table.name !== 'techniques') return null;
  const known = table.rows.flatMap(([id]) => technique(String(id?.value ?? '')) ?? []);
  return <MatrixOf table={table} techniques={known} />;
}

async function Logs({ actor, query, search }: { actor: Actor; query: DashboardQuery; search: string }) {
  const table = await readDashboardTable(actor, query, 'logs').catch((error) => {
    if (error instanceof AppError) return error;
    throw error;
  });
  return table instanceof AppError ? (
    <Problem>The log sources can’t be read now: {table.userMessage}</Problem>
  ) : (
    <TableSection table={table} search={search} />
  );
}

function BadPeriod({ why }: { why: string }) {
  return (
    <Page title="Dashboard">
      <EmptyState
        title="Invalid period in the URL"
        action={
          <Link href="/dashboard" className={buttonClass('primary')}>
            Show the last 30 days
          </Link>
        }
      >
        {why}
      </EmptyState>
    </Page>
  );
}
