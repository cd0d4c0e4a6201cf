import type { Metadata } from 'next';
import { requireActor } from '@/app/current-actor';
import { Keys } from '@/components/settings/keys';
import { listKeys } from '@/lib/auth/api-keys';
import { can } from '@/lib/auth/permissions';

export const metadata: Metadata = { title: 'API keys' };

export default async function KeysPage() {
  const actor = await requireActor();
  return <Keys keys={await listKeys(actor)} meId={actor.id} mayDecide={can(actor.role, 'reviews.decide')} />;
}
