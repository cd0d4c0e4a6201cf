import Link from 'next/link';
import type { InvestigationDetail } from '@/lib/investigations/schema';

/** The review status of this report. */
export function ReviewBanner({ investigation }: { investigation: InvestigationDetail }) {
  const { review, sentBack, status, approved } = investigation;
  const row = 'flex shrink-0 flex-wrap items-center gap-x-2 border-line border-b px-3 py-1.5 text-xs md:px-4';
  const link = 'text-accent underline underline-offset-2';
  if (review) {
    return (
      <p className={`${row} bg-accent-soft text-ink`}>
        This report is in review. Changes you make now are not part of it until you submit again.
        <Link href={`/reviews/${review.id}`} className={link}>
          Open the review
        </Link>
      </p>
    );
  }
  if (status === 'changes_requested') {
    return (
      <p className={`${row} bg-high-soft text-ink`}>
        Changes requested. Edit the report, then submit it again.
        {sentBack && (
          <Link href={`/reviews/${sentBack.id}`} className={link}>
            Show the comments
          </Link>
        )}
      </p>
    );
  }
  if (approved && status === 'approved') {
    return (
      <p className={`${row} bg-good-soft text-ink`}>
        Approved as revision {approved.number}. Editing starts a new draft; the approved text is kept.
        <Link href={`/library/${investigation.id}`} className={link}>
          Open in library
        </Link>
      </p>
    );
  }
  return null;
}
