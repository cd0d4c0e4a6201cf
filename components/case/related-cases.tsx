'use client';
import Link from 'next/link';
import { kindInText } from '@/components/labels/alert-labels';
import { ClassificationTag, StatusTag } from '@/components/labels/case-labels';
import { errorMessage } from '@/components/shell/api';
import { useApi } from '@/components/shell/use-api';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import { defang } from '@/lib/alerts/fang';

/** Cases that have entities in common with this one, and which. */
export function RelatedCases({ investigationId }: { investigationId: string }) {
  const { data, error } = useApi('/api/investigations/{id}/related', { params: { id: investigationId } });
  return (
    <section aria-label="Related cases">
      <h2 className="mb-1 font-semibold">Related cases</h2>
      {error && <p className="text-bad text-xs">{errorMessage(error)}</p>}
      {!data && !error && <p className="text-ink-3 text-xs">Loading…</p>}
      {data?.items.length === 0 && <p className="text-ink-3 text-xs">No case shares entities with this one.</p>}
      <ul className="flex flex-col gap-2">
        {data?.items.map((item) => (
          <li key={item.id} className="text-xs">
            <Link
              href={`/library/${item.id}`}
              prefetch={false}
              className="font-medium text-accent text-sm hover:underline"
            >
              <Unseen text={item.title} />
            </Link>
            <p className="flex flex-wrap gap-x-2 text-ink-3">
              {item.classification && <ClassificationTag value={item.classification} />}
              <StatusTag value={item.status} />
              <Time value={item.updatedAt} />
            </p>
            <p className="text-ink-2 [overflow-wrap:anywhere]">
              Shares{' '}
              {item.shared
                .slice(0, 3)
                .map(({ kind, value }) => `${kindInText(kind)} ${defang(kind, value)}`)
                .join(', ')}
              {item.shared.length > 3 && ' and more'}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
