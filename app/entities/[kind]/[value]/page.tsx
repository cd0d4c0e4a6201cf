import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { requireActor } from '@/app/current-actor';
import { tabTitle } from '@/app/read-case';
import { EntityPage } from '@/components/entities/entity-page';
import { can } from '@/lib/auth/permissions';
import { readEntity } from '@/lib/entities/read-entity';
import { EntityPath, EntityQuery } from '@/lib/entities/schema';
import { AppError } from '@/lib/errors/app-error';

type Props = {
  params: Promise<{ kind: string; value: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `${tabTitle(decoded((await params).value)).slice(0, 200)} · Entity` };
}

export default async function EntityAddress({ params, searchParams }: Props) {
  const actor = await requireActor();
  const { kind, value } = await params;
  const path = EntityPath.safeParse({ kind, value: decoded(value) });
  if (!path.success) notFound();
  const query = EntityQuery.safeParse(await searchParams);
  // With an invalid filter or cursor, the page opens without filters.
  const found = await readEntity(actor, path.data, query.data ?? {}).catch(nullIfBad);
  const view = found ?? (await readEntity(actor, path.data).catch(orNotFound));
  const ignored = !query.success || found === null;
  const used = ignored ? EntityQuery.parse({}) : query.data;
  const may = { setTrust: can(actor.role, 'entities.trust'), sayGood: can(actor.role, 'entities.trust_good') };
  return <EntityPage view={view} query={used} may={may} ignored={ignored} />;
}

function nullIfBad(error: unknown): null {
  if (error instanceof AppError && error.code === 'bad_request') return null;
  throw error;
}

function orNotFound(error: unknown): never {
  nullIfBad(error);
  notFound();
}

/** Next hands over a page's path as it stands in the address. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
