import type { Metadata } from 'next';
import Link from 'next/link';
import { Queue } from '@/components/queue/queue';
import { Page } from '@/components/shell/page';
import { buttonClass } from '@/components/ui/button-class';
import { EmptyState } from '@/components/ui/empty-state';
import { countAlerts, listAlerts } from '@/lib/alerts/list-alerts';
import { AlertQuery } from '@/lib/alerts/schema';
import { technique } from '@/lib/attack/techniques';
import { personId } from '@/lib/auth/guard';
import { listUsers } from '@/lib/auth/users';
import { AppError } from '@/lib/errors/app-error';
import { requireActor } from '../current-actor';

export const metadata: Metadata = { title: 'Queue' };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function QueuePage({ searchParams }: Props) {
  const actor = await requireActor();
  const parsed = AlertQuery.safeParse(await searchParams);
  if (!parsed.success) return <BadAddress why={parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')} />;
  const loadedAt = new Date().toISOString();
  const [page, counts, people] = await Promise.all([
    listAlerts(actor, parsed.data).catch((error) => {
      if (error instanceof AppError && error.code === 'bad_request') return error;
      throw error;
    }),
    countAlerts(actor),
    listUsers(actor),
  ]);
  if (page instanceof AppError) return <BadAddress why={page.userMessage} />;
  const techniques = [...new Set(page.items.flatMap((item) => item.techniques))];
  const { limit: _, ...query } = parsed.data;
  return (
    <Queue
      page={page}
      query={query}
      loadedAt={loadedAt}
      counts={counts}
      people={people.filter((person) => !person.disabled).map(({ id, name }) => ({ id, name }))}
      me={{ id: personId(actor), name: actor.name }}
      techniqueNames={Object.fromEntries(
        techniques.flatMap((id) => (technique(id) ? [[id, technique(id)?.name ?? '']] : [])),
      )}
    />
  );
}

function BadAddress({ why }: { why: string }) {
  return (
    <Page title="Queue">
      <EmptyState
        title="Invalid filter in the URL"
        action={
          <Link href="/queue" className={buttonClass('primary')}>
            Show all alerts
          </Link>
        }
      >
        {why}
      </EmptyState>
    </Page>
  );
}
