import Link from 'next/link';
import { Page } from '@/components/shell/page';
import { buttonClass } from '@/components/ui/button-class';
import { EmptyState } from '@/components/ui/empty-state';

/** For who may not see evaluations. */
export function ForLeads() {
  return (
    <Page title="Evaluations">
      <EmptyState
        title="Evaluations are for leads"
        action={
          <Link href="/queue" className={buttonClass('primary')}>
            Open queue
          </Link>
        }
      >
        Ask an admin for the role of a lead under Settings, People.
      </EmptyState>
    </Page>
  );
}
