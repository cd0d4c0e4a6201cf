import type { Metadata } from 'next';
import Link from 'next/link';
import { buttonClass } from '@/components/ui/button-class';
import { EmptyState } from '@/components/ui/empty-state';

export const metadata: Metadata = { title: 'Page not found' };

export default function NotFound() {
  return (
    <EmptyState
      title="Page not found"
      heading="h1"
      action={
        <Link className={buttonClass('primary')} href="/queue">
          Open queue
        </Link>
      }
    >
      The link may be incomplete, or the page was removed with the samples.
    </EmptyState>
  );
}
