import Link from 'next/link';
import type { InvestigationDetail } from '@/lib/investigations/schema';

/** Where this report stands with its reviewers. */
export function ReviewBanner({ investigation }: { investigation: InvestigationDetail }) {
  const { review, status, approved } = investigation;
  const row = 'flex shrink-0 flex-wrap items-center gap-x-2 border-line border-b px-3 py-1.5 text-xs md:px-4';
  const link = 'text-accent underline underline-offset-2';
  if (review) {
    return (
      <p className={`${row} bg-accent-soft text-ink`}>
        A revision of this report is in review. What you write now is not part of it until you submit again.
        <Link href={`/reviews/${review.id}`} className={link}>
          Open the review
        </Link>
      </p>
    );
  }
  if (status === 'changes_requested') {
    return (
      <p className={`${row} bg-high-soft text-ink`}>
        A reviewer asked for changes.
        <Link href="/reviews?status=changes_requested" className={link}>
          Read what
        </Link>
      </p>
    );
  }
  if (approved && status === 'approved') {
    return (
      <p className={`${row} bg-good-soft text-ink`}>
        Approved as revision {approved.number}. An edit starts the next draft; the approved text stays.
        <Link href={`/library/${investigation.id}`} className={link}>
          Read it in the library
        </Link>
      </p>
    );
  }
  return null;
}
