'use client';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { Button } from '@/components/ui/button';
import { Time } from '@/components/ui/time';
import { toast } from '@/components/ui/toaster';
import type { InvestigationDetail } from '@/lib/investigations/schema';

/** Where this case was put, or which cases were put into it, with a link each and a way back while there is one. */
export function MergeNotice({ investigation }: { investigation: Pick<InvestigationDetail, 'id' | 'merges'> }) {
  const router = useRouter();
  const undo = async (fromId: string) => {
    const { undoMerge } = await import('./merge-cases');
    await undoMerge(fromId, () => router.refresh()).catch(() =>
      toast({ kind: 'bad', title: 'Couldn’t undo the merge.' }),
    );
  };
  return investigation.merges.map(({ from, into, by, at, undoable }) => {
    const emptied = from.id === investigation.id;
    const other = emptied ? into : from;
    return (
      <p
        key={from.id}
        className="flex shrink-0 flex-wrap items-center gap-x-2 border-line border-b bg-accent-soft px-3 py-1.5 text-ink text-xs md:px-4"
      >
        <span>
          {emptied ? 'Merged into ' : 'Has the alerts, text and evidence of '}
          <Link
            href={emptied ? `/investigations/${into.id}` : `/library/${from.id}`}
            className="text-accent underline underline-offset-2"
          >
            {other.codename}
          </Link>
          , merged by {by.name} <Time value={at} />.{emptied && ' This text stays as it was and can’t be changed.'}
        </span>
        {undoable && (
          <Button size="sm" onClick={() => void undo(from.id)}>
            Undo merge
          </Button>
        )}
      </p>
    );
  });
}
