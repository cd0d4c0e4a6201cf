import type { Metadata } from 'next';
import { requireActor } from '@/app/current-actor';
import { Deliveries } from '@/components/settings/deliveries';
import { Sources } from '@/components/settings/sources';
import { DeliveryQuery, listDeliveries } from '@/lib/alerts/deliveries';
import { can } from '@/lib/auth/permissions';

export const metadata: Metadata = { title: 'Intake' };

export default async function SourcesPage() {
  const actor = await requireActor();
  const first = await listDeliveries(actor, DeliveryQuery.parse({}));
  return (
    <>
      <Sources />
      <Deliveries first={first} mayReplay={can(actor.role, 'deliveries.replay')} />
    </>
  );
}
