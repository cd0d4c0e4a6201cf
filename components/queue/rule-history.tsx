'use client';
import Link from 'next/link';
import { DISPOSITION, DISPOSITIONS, StatusTag } from '@/components/labels/alert-labels';
import { useApi } from '@/components/shell/use-api';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import type { RuleHistory as History } from '@/lib/alerts/schema';
import { MIN_CLOSURES } from '@/lib/tuning/min-closures';

/** How earlier alerts of the same rule ended, and why: what a person wants to know before they spend time on one more. */
export function RuleHistory({ alertId, rule }: { alertId: string; rule: string }) {
  const { data } = useApi('/api/alerts/{id}/rule-history', { params: { id: alertId } });
  if (!data) return <p className="text-ink-3">Loading…</p>;
  if (data.closed === 0) return <p className="text-ink-3">None closed in the last 90 days.</p>;
  const counts = DISPOSITIONS.filter((one) => data.counts[one] > 0).map(
    (one) => `${data.counts[one]} ${DISPOSITION[one].label.toLowerCase()}`,
  );
  const quiet = data.counts.benign + data.counts.false_positive;
  return (
    <>
      <p>Last 90 days: {counts.join(', ')}</p>
      <ul className="mt-1.5 flex flex-col gap-1.5">
        {data.closures.map((one) => (
          <li key={one.id} className="border-line border-l-2 pl-2.5">
            <p className="flex flex-wrap items-center gap-x-2">
              <StatusTag alert={{ status: 'closed', disposition: one.disposition }} />
              <span className="text-ink-3 text-xs">
                {one.count > 1 &&
                  `${closedTogether(one) ? `${one.count} closed together` : `${one.count} closed, last`} `}
                <Time value={one.closedAt} />
              </span>
              {one.sharesEntity && (
                <span className="text-ink-2 text-xs">
                  {one.sharing < one.count ? `${one.sharing} with the same entity` : 'same entity'}
                </span>
              )}
            </p>
            <p className="break-words text-ink-2">
              <Unseen text={one.reason ?? one.title} />
            </p>
          </li>
        ))}
      </ul>
      <p className="mt-1.5 flex flex-wrap gap-x-4 gap-y-1">
        <Link
          href={`/queue?${new URLSearchParams({ status: 'closed', rule })}`}
          prefetch={false}
          className="text-accent hover:underline"
        >
          Closed alerts of this rule
        </Link>
        {quiet >= MIN_CLOSURES && data.counts.true_positive === 0 && (
          <Link
            href={`/settings/method/exclusion?${new URLSearchParams({ rule })}`}
            prefetch={false}
            className="text-accent hover:underline"
          >
            Suggest an exclusion
          </Link>
        )}
      </p>
    </>
  );
}

/** A bulk closure takes moments. */
const TOGETHER_MS = 60_000;
const closedTogether = ({ firstClosedAt, closedAt }: History['closures'][number]): boolean =>
  Date.parse(closedAt) - Date.parse(firstClosedAt) < TOGETHER_MS;
