import type { Metadata } from 'next';
import { requireActor } from '@/app/current-actor';
import { Appearance } from '@/components/settings/appearance';

export const metadata: Metadata = { title: 'Appearance and shortcuts' };

export default async function AppearancePage() {
  await requireActor();
  return <Appearance />;
}
