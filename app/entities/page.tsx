import type { Metadata } from 'next';
import { requireActor } from '@/app/current-actor';
import { EntityLists } from '@/components/entities/entity-lists';
import { Problem } from '@/components/ui/problem';
import { listTrusted } from '@/lib/entities/list-trusted';
import { EntityListQuery } from '@/lib/entities/schema';
import { AppError } from '@/lib/errors/app-error';

export const metadata: Metadata = { title: 'Entity lists' };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function EntityListsPage({ searchParams }: Props) {
  const actor = await requireActor();
  const parsed = EntityListQuery.safeParse(await searchParams);
  const query = parsed.success ? parsed.data : EntityListQuery.parse({});
  const found = await listTrusted(actor, query).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'bad_request') return null;
    throw error;
  });
  const page = found ?? (await listTrusted(actor));
  const ignored = !parsed.success || found === null;
  return (
    <EntityLists page={page} query={ignored ? EntityListQuery.parse({}) : query}>
      {ignored && <Problem className="m-3">Ignored an invalid filter in the URL.</Problem>}
    </EntityLists>
  );
}
