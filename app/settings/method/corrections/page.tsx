import type { Metadata } from 'next';
import { requireActor } from '@/app/current-actor';
import { CorrectionsPage } from '@/components/settings/corrections';
import { can } from '@/lib/auth/permissions';
import { listCorrections } from '@/lib/corrections/list-corrections';
import { CorrectionQuery } from '@/lib/corrections/schema';

export const metadata: Metadata = { title: 'Corrections' };

type Props = { searchParams: Promise<{ days?: string | string[] }> };

export default async function Corrections({ searchParams }: Props) {
  const actor = await requireActor();
  const query = CorrectionQuery.safeParse(await searchParams);
  const { days } = query.data ?? CorrectionQuery.parse({});
  return (
    <CorrectionsPage
      corrections={await listCorrections(actor, { days })}
      days={days}
      mayPropose={can(actor.role, 'method.propose')}
    />
  );
}
