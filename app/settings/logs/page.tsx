import type { Metadata } from 'next';
import { requireActor } from '@/app/current-actor';
import { LogSourceList } from '@/components/settings/log-sources';
import { readSettings } from '@/lib/settings/read-settings';

export const metadata: Metadata = { title: 'Log sources' };

export default async function LogsPage() {
  const { logs } = await readSettings(await requireActor());
  return <LogSourceList logs={logs} />;
}
