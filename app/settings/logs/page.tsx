import type { Metadata } from 'next';
import { requireActor } from '@/app/current-actor';
import { LogSourceList } from '@/components/settings/log-sources';

export const metadata: Metadata = { title: 'Log sources' };

export default async function LogsPage() {
  await requireActor();
  return <LogSourceList />;
}
