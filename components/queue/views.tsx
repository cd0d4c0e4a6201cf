import { TabLinks } from '@/components/ui/tab-links';
import type { Person } from '@/lib/alerts/schema';
import type { Counts } from './filter-bar';
import { type QueueQuery, viewParams } from './query-state';
import { SavedViews } from './saved-views';

type ViewsProps = { query: QueueQuery; counts: Counts; me: Person; mayDeleteShared: boolean };

/** The most used lists, with counts of open alerts, and the saved ones. */
export function Views({ query, counts, me, mayDeleteShared }: ViewsProps) {
  const closed = query.status?.length === 1 && query.status[0] === 'closed';
  const plain = !query.status?.length;
  const atMost = (count: number) => `${count.toLocaleString('en')}${count === counts.most ? '+' : ''}`;
  // Another list, in the same form and order.
  const form = new URLSearchParams([
    ...(query.sort === 'severity' ? [] : [['sort', query.sort]]),
    ...(query.group ? [['group', 'true']] : []),
  ]).toString();
  const listOf = (filter: string) => `/queue${filter || form ? '?' : ''}${[filter, form].filter(Boolean).join('&')}`;
  const views = [
    { href: listOf(''), label: 'All open', count: atMost(counts.open), current: plain && !query.assignee },
    {
      href: listOf('assignee=me'),
      label: 'Mine',
      count: atMost(counts.mine),
      current: plain && query.assignee === 'me',
    },
    {
      href: listOf('assignee=none'),
      label: 'Unassigned',
      count: atMost(counts.unassigned),
      current: plain && query.assignee === 'none',
    },
    { href: '/queue?status=closed&sort=received', label: 'Closed', count: null, current: closed },
  ];
  return (
    <TabLinks label="Lists" links={views}>
      <SavedViews current={viewParams(query).toString()} me={me} mayDeleteShared={mayDeleteShared} />
    </TabLinks>
  );
}
