import type { Metadata } from 'next';
import { requireActor } from '@/app/current-actor';
import { Sources } from '@/components/settings/sources';

export const metadata: Metadata = { title: 'Alert sources' };

export default async function SourcesPage() {
  await requireActor();
  return <Sources />;
}
