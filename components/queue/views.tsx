import Link from 'next/link';
import { cx } from '@/components/ui/class-names';
import type { Person } from '@/lib/alerts/schema';
import type { Counts } from './filter-bar';
import { type QueueQuery, viewParams } from './query-state';
import { SavedViews } from './saved-views';

type ViewsProps = { query: QueueQuery; counts: Counts; me: Person; mayDeleteShared: boolean };

/** The most used lists, with counts of open alerts, and the saved ones. */
export function Views({ query, counts, me, mayDeleteShared }: ViewsProps) {
  const closed = query.status?.length === 1 && query.status[0] === 'closed';
  const plain = !query.status?.length;
  const views = [
    { href: '/queue', label: 'All open', count: counts.open, current: plain && !query.assignee },
    { href: '/queue?assignee=me', label: 'Mine', count: counts.mine, current: plain && query.assignee === 'me' },
    {
      href: '/queue?assignee=none',
      label: 'Unassigned',
      count: counts.unassigned,
      current: plain && query.assignee === 'none',
    },
    { href: '/queue?status=closed&sort=received', label: 'Closed', count: null, current: closed },
  ];
  return (
    <nav aria-label="Lists" className="flex min-w-0 items-center gap-0.5 overflow-x-auto">
      {views.map(({ href, label, count, current }) => (
        <Link
          key={href}
          href={href}
          aria-current={current ? 'page' : undefined}
          className={cx(
            'flex h-7 items-center gap-1.5 whitespace-nowrap rounded-md px-2 text-sm',
            current ? 'bg-selected font-medium text-ink' : 'text-ink-2 hover:bg-hover',
          )}
        >
          {label}
          {count !== null && (
            <span className="text-ink-3 text-xs">
              {count.toLocaleString('en')}
              {count === counts.most && '+'}
            </span>
          )}
        </Link>
      ))}
      <SavedViews current={viewParams(query).toString()} me={me} mayDeleteShared={mayDeleteShared} />
    </nav>
  );
}
