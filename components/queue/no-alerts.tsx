'use client';
import { Inbox, SearchX } from 'lucide-react';
import Link from 'next/link';
import { useWaitingReviews } from '@/components/shell/use-waiting-reviews';
import { Button } from '@/components/ui/button';
import { buttonClass } from '@/components/ui/button-class';
import { EmptyState } from '@/components/ui/empty-state';
import { isFiltered, type QueueQuery } from './query-state';
import { SendAlert } from './send-alert';

/** No rows: nothing matches the filters, or no alert is open. */
export function NoAlerts({ query, onClear }: { query: QueueQuery; onClear: () => void }) {
  if (query.cursor) {
    return (
      <EmptyState
        icon={<Inbox />}
        title="No more alerts on this page"
        action={<Button onClick={onClear}>First page</Button>}
      />
    );
  }
  const mine = query.assignee === 'me' && !query.q;
  if (isFiltered(query)) {
    return (
      <EmptyState
        icon={<SearchX />}
        title={mine ? 'No open alerts assigned to you' : 'No alerts match these filters'}
        action={
          <Button onClick={onClear} variant="primary">
            Clear filters
          </Button>
        }
      >
        {query.q
          ? 'Search covers title, description, rule and entities. Partial indicators match, defanged or not.'
          : null}
        {mine && <OwnReviews />}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<Inbox />}
      title="No open alerts"
      action={
        <Link href="/settings/sources" className={buttonClass()}>
          Alert sources and formats
        </Link>
      }
    >
      <p className="mb-3">Send an alert to see it here:</p>
      <SendAlert source="generic" />
    </EmptyState>
  );
}

/** An empty list of one's own alerts is not the whole of one's work: reports to change or to review may wait. */
function OwnReviews() {
  const waiting = useWaitingReviews('mine');
  if (waiting === 0) return null;
  return (
    <Link href="/reviews?waiting=me" className="text-accent underline underline-offset-2">
      {waiting} {waiting === 1 ? 'review needs' : 'reviews need'} your attention
    </Link>
  );
}
