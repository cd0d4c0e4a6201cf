import type { Metadata } from 'next';
import Link from 'next/link';
import { Queue } from '@/components/queue/queue';
import { Page } from '@/components/shell/page';
import { buttonClass } from '@/components/ui/button-class';
import { EmptyState } from '@/components/ui/empty-state';
import { countAlerts } from '@/lib/alerts/count-alerts';
import { getAlert, listAlerts } from '@/lib/alerts/list-alerts';
import { listGroups } from '@/lib/alerts/list-groups';
import { AlertItem, AlertQuery } from '@/lib/alerts/schema';
import { readSla } from '@/lib/alerts/sla-setting';
import { technique } from '@/lib/attack/techniques';
import { type Actor, personId } from '@/lib/auth/guard';
import { can } from '@/lib/auth/permissions';
import { listUsers } from '@/lib/auth/users';
import { AppError } from '@/lib/errors/app-error';
import { parseInput } from '@/lib/errors/invalid-fields';
import { staleSince } from '@/lib/samples/read-samples';
import { requireActor } from '../current-actor';

export const metadata: Metadata = { title: 'Queue' };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function QueuePage({ searchParams }: Props) {
  const actor = await requireActor();
  const params = await searchParams;
  const asked = readQuery(params);
  const grouped = params.group === 'true';
  if (asked instanceof AppError) return <BadAddress why={asked.userMessage} />;
  const loadedAt = new Date().toISOString();
  const [page, counts, people, sla, demoStaleSince] = await Promise.all([
    listOf(actor, asked, grouped).catch((error) => {
      if (error instanceof AppError && error.code === 'bad_request') return error;
      throw error;
    }),
    countAlerts(actor),
    listUsers(actor),
    readSla(actor),
    staleSince(actor),
  ]);
  if (page instanceof AppError) return <BadAddress why={page.userMessage} />;
  const { alert } = params;
  const isElsewhere = typeof alert === 'string' && !page.items.some(({ id }) => id === alert.toLowerCase());
  const linked = isElsewhere ? await alertOf(actor, alert) : null;
  const techniques = [...new Set([...page.items, ...(linked ? [linked] : [])].flatMap((item) => item.techniques))];
  const { limit: _, ...query } = asked;
  return (
    <Queue
      page={page}
      linked={linked}
      groups={page.groups}
      query={{ ...query, group: grouped }}
      loadedAt={loadedAt}
      counts={counts}
      sla={sla}
      demoStaleSince={demoStaleSince}
      mayDeleteShared={can(actor.role, 'alerts.configure')}
      people={people.filter((person) => !person.disabled).map(({ id, name }) => ({ id, name }))}
      me={{ id: personId(actor), name: actor.name }}
      techniqueNames={Object.fromEntries(
        techniques.flatMap((id) => (technique(id) ? [[id, technique(id)?.name ?? '']] : [])),
      )}
    />
  );
}

/** The alert that the address names, for its preview: it may stand on another page of the list, or not in it at all. */
async function alertOf(actor: Actor, id: string): Promise<AlertItem | null> {
  try {
    return AlertItem.parse(await getAlert(actor, id)); // without its document
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return null;
    throw error;
  }
}

function readQuery(params: object): AlertQuery | AppError {
  try {
    return parseInput(AlertQuery, params);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

async function listOf(actor: Actor, query: AlertQuery, grouped: boolean) {
  return grouped ? listGroups(actor, query) : { ...(await listAlerts(actor, query)), groups: null };
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
