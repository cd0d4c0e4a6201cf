import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { requireActor } from '@/app/current-actor';
import { ExclusionPage } from '@/components/settings/exclusion';
import { ExclusionQuery } from '@/lib/tuning/schema';
import { suggestExclusion } from '@/lib/tuning/suggest-exclusion';

export const metadata: Metadata = { title: 'Suggested exclusion' };

type Props = { searchParams: Promise<{ rule?: string | string[] }> };

export default async function SuggestedExclusion({ searchParams }: Props) {
  const actor = await requireActor();
  const { rule } = await searchParams;
  const query = ExclusionQuery.safeParse({ rule });
  if (!query.success) notFound();
  return <ExclusionPage exclusion={await suggestExclusion(actor, query.data)} />;
}
