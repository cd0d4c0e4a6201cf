import Link from 'next/link';
import type { ReactNode } from 'react';
import { buttonClass } from '@/components/ui/button-class';
import { EmptyState } from '@/components/ui/empty-state';
import { Page } from './page';

/** Instead of a page of leads, for everyone else. `title` names the page, `sentence` says whom it is for. */
export function ForLeads({ title, sentence, icon }: { title: string; sentence: string; icon?: ReactNode }) {
  return (
    <Page title={title}>
      <EmptyState
        icon={icon}
        title={sentence}
        action={
          <Link href="/queue" className={buttonClass('primary')}>
            Open queue
          </Link>
        }
      >
        Ask an admin to give you the lead role (Settings, People).
      </EmptyState>
    </Page>
  );
}
