import type { Metadata } from 'next';
import { requireActor } from '@/app/current-actor';
import { Deliveries } from '@/components/settings/deliveries';
import { SlaTimes } from '@/components/settings/sla-times';
import { Sources } from '@/components/settings/sources';
import { DeliveryQuery, listDeliveries } from '@/lib/alerts/deliveries';
import { readSla } from '@/lib/alerts/sla-setting';
import { can } from '@/lib/auth/permissions';

export const metadata: Metadata = { title: 'Intake' };

export default async function SourcesPage() {
  const actor = await requireActor();
  const [first, sla] = await Promise.all([listDeliveries(actor, DeliveryQuery.parse({})), readSla(actor)]);
  return (
    <>
      <Sources />
      <SlaTimes sla={sla} mayChange={can(actor.role, 'alerts.configure')} />
      <Deliveries first={first} mayReplay={can(actor.role, 'deliveries.replay')} />
    </>
  );
}
