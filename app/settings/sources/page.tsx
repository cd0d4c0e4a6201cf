import type { Metadata } from 'next';
import { requireActor } from '@/app/current-actor';
import { Deliveries } from '@/components/settings/deliveries';
import { SnsTopics } from '@/components/settings/sns-topics';
import { Sources } from '@/components/settings/sources';
import { DeliveryQuery, listDeliveries } from '@/lib/alerts/deliveries';
import { readSnsTopics } from '@/lib/alerts/sns';
import { can } from '@/lib/auth/permissions';

export const metadata: Metadata = { title: 'Intake' };

export default async function SourcesPage() {
  const actor = await requireActor();
  const [first, { topics }] = await Promise.all([listDeliveries(actor, DeliveryQuery.parse({})), readSnsTopics(actor)]);
  return (
    <>
      <Sources />
      <SnsTopics topics={topics} mayChange={can(actor.role, 'intake.configure')} />
      <Deliveries first={first} mayReplay={can(actor.role, 'deliveries.replay')} />
    </>
  );
}
