import { BookOpen } from 'lucide-react';
import type { Metadata } from 'next';
import Link from 'next/link';
import { requireActor } from '@/app/current-actor';
import { pageOrFirst } from '@/app/page-or-first';
import { CASE_STATUS_LABEL } from '@/components/labels/case-labels';
import { ResultList } from '@/components/library/result-list';
import { SearchForm } from '@/components/library/search-form';
import { ListKeys } from '@/components/shell/list-keys';
import { Page } from '@/components/shell/page';
import { buttonClass } from '@/components/ui/button-class';
import { EmptyState } from '@/components/ui/empty-state';
import { TabLinks } from '@/components/ui/tab-links';
import { InvestigationQuery } from '@/lib/investigations/schema';
import { searchInvestigations } from '@/lib/library/search-investigations';

export const metadata: Metadata = { title: 'Library' };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function LibraryPage({ searchParams }: Props) {
  const actor = await requireActor();
  const given = Object.entries(await searchParams).filter(([, value]) => value !== '');
  const parsed = InvestigationQuery.safeParse(Object.fromEntries(given));
  const query = parsed.success ? parsed.data : InvestigationQuery.parse({});
  const search = (one: InvestigationQuery) => searchInvestigations(actor, one);
  const { items, nextCursor, ignored } = await pageOrFirst(search, query);
  const filtered = given.length > 0;
  return (
    <Page
      title="Library"
      detail={<StatusLinks query={query} />}
      actions={
        <Link href="/entities" className={buttonClass('default', 'sm')}>
          Entity lists
        </Link>
      }
      toolbar={<SearchForm key={JSON.stringify(query)} query={query} />}
    >
      <ListKeys group="Library" />
      {(!parsed.success || ignored) && (
        <p role="alert" className="px-4 py-2 text-bad text-sm">
          Ignored an invalid filter in the URL.
        </p>
      )}
      {items.length === 0 ? (
        <EmptyState
          icon={<BookOpen />}
          title={filtered ? 'No matching cases' : 'No cases yet'}
          action={
            <Link className={buttonClass('primary')} href={filtered ? '/library' : '/queue'}>
              {filtered ? 'Clear filters' : 'Open queue'}
            </Link>
          }
        >
          {filtered
            ? 'Try a partial indicator or fewer filters.'
            : 'Investigate an alert from the queue. Approved reports appear here and inform new investigations.'}
        </EmptyState>
      ) : (
        <ResultList items={items} />
      )}
      {nextCursor && (
        <p className="p-4">
          <Link
            className={buttonClass()}
            href={`/library?${new URLSearchParams([...stringsOf(given), ['cursor', nextCursor]])}`}
          >
            Older cases
          </Link>
        </p>
      )}
    </Page>
  );
}

/** Drafts apart from approved reports; the other filters stay. */
function StatusLinks({ query: { status, cursor: _cursor, limit: _limit, ...filters } }: { query: InvestigationQuery }) {
  const kept = Object.entries(filters).flatMap(([name, value]) => (value ? [[name, String(value)]] : []));
  const links = [undefined, 'approved', 'in_review', 'changes_requested', 'draft', 'merged'] as const;
  return (
    <TabLinks
      label="Status"
      links={links.map((one) => ({
        href: `/library?${new URLSearchParams([...kept, ...(one ? [['status', one]] : [])])}`,
        label: one ? CASE_STATUS_LABEL[one] : 'All',
        current: one === status,
      }))}
    />
  );
}

function stringsOf(given: [string, string | string[] | undefined][]): [string, string][] {
  return given.flatMap(([name, value]) =>
    typeof value === 'string' && name !== 'cursor' ? [[name, value] as [string, string]] : [],
  );
}
