import { FlaskConical } from 'lucide-react';
import Link from 'next/link';
import { Time } from '@/components/ui/time';

/** Says why so many sample alerts are overdue, and where it says how to load them again. */
export function StaleDemo({ since }: { since: string }) {
  return (
    <p className="flex items-start gap-2 border-line border-b bg-sunken px-3 py-1.5 text-ink-2 text-xs md:px-4">
      <FlaskConical aria-hidden className="mt-0.5 size-3.5 shrink-0" />
      <span className="min-w-0">
        The demo was loaded <Time value={since} />, so many of its alerts are overdue.{' '}
        <Link href="/settings/samples" className="text-accent underline underline-offset-2">
          Load it again or remove it
        </Link>
      </span>
    </p>
  );
}
