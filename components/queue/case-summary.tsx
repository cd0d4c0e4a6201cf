'use client';
import Link from 'next/link';
import { useApi } from '@/components/shell/use-api';
import { Unseen } from '@/components/ui/unseen';
import type { AlertCase } from '@/lib/alerts/schema';
import { CaseState } from './case-state';

/** The case of an alert with the reason of its verdict, so that many an alert can be closed without opening it. */
export function CaseSummary({ found }: { found: AlertCase }) {
  const { data } = useApi('/api/investigations/{id}', { params: { id: found.id } });
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-2">
        <Link href={`/investigations/${found.id}`} className="text-accent hover:underline">
          {found.codename}
        </Link>
        <CaseState found={found} />
      </p>
      {data?.summary && (
        <p className="mt-1 line-clamp-6 break-words text-ink-2 leading-5">
          <Unseen text={data.summary} />
        </p>
      )}
    </>
  );
}
