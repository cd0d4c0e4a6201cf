'use client';
import { Inbox, SearchX } from 'lucide-react';
import Link from 'next/link';
import { Button } from '@/components/ui/button';
import { buttonClass } from '@/components/ui/button-class';
import { EmptyState } from '@/components/ui/empty-state';
import type { QueueQuery } from './query-state';
import { SendAlert } from './send-alert';

/** No rows: either nothing fits the filters, or nothing is open. */
export function NoAlerts({ query, onClear }: { query: QueueQuery; onClear: () => void }) {
  if (query.cursor) {
    return (
      <EmptyState
        icon={<Inbox />}
        title="This page is empty now"
        action={<Button onClick={onClear}>First page</Button>}
      />
    );
  }
  const filtered = query.status || query.severity || query.source || query.assignee || query.disposition || query.q;
  if (filtered) {
    return (
      <EmptyState
        icon={<SearchX />}
        title="No alert fits these filters"
        action={
          <Button onClick={onClear} variant="primary">
            Clear the filters
          </Button>
        }
      >
        {query.q
          ? 'The search looks at title, description, rule and entities. Parts of indicators work, defanged or not.'
          : null}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<Inbox />}
      title="Nothing is open"
      action={
        <Link href="/settings/sources" className={buttonClass()}>
          All senders and formats
        </Link>
      }
    >
      <p className="mb-3">Send an alert, and it is here within a moment:</p>
      <SendAlert source="generic" />
    </EmptyState>
  );
}
