import Link from 'next/link';
import { buttonClass } from '@/components/ui/button-class';
import { EmptyState } from '@/components/ui/empty-state';

export default function NotFound() {
  return (
    <EmptyState
      title="There is nothing at this address"
      action={
        <Link className={buttonClass('primary')} href="/queue">
          Go to the queue
        </Link>
      }
    >
      It may have been a sample that was removed, or the address is cut short.
    </EmptyState>
  );
}
