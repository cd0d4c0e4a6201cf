import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { requireActor } from '@/app/current-actor';
import { CorrectionDraftPage } from '@/components/settings/corrections';
import { draftChange } from '@/lib/corrections/draft-change';
import { CorrectionQuery } from '@/lib/corrections/schema';
import { AppError } from '@/lib/errors/app-error';
import { readMethodFile } from '@/lib/method/read-method';

export const metadata: Metadata = { title: 'Change from a correction' };

type Props = { searchParams: Promise<{ id?: string | string[]; days?: string | string[] }> };

const orNull = (error: unknown): null => {
  if (error instanceof AppError && error.code === 'not_found') return null;
  throw error;
};

export default async function CorrectionDraft({ searchParams }: Props) {
  const actor = await requireActor();
  const { id, days } = await searchParams;
  const query = CorrectionQuery.safeParse({ days });
  const draft = typeof id === 'string' ? await draftChange(actor, id, query.data ?? {}).catch(orNull) : null;
  if (!draft) notFound();
  return <CorrectionDraftPage draft={draft} file={await readMethodFile(actor, draft.path).catch(orNull)} />;
}
