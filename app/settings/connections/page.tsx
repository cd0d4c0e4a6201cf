import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { requireActor } from '@/app/current-actor';
import { redirectUrlOf } from '@/app/public-origin';
import { Connections } from '@/components/settings/connections';
import { can } from '@/lib/auth/permissions';
import { listSystems } from '@/lib/connections/catalogue/catalogue';
import { listConnections } from '@/lib/connections/read-connections';

export const metadata: Metadata = { title: 'Connections' };

export default async function ConnectionsPage() {
  const actor = await requireActor();
  const connections = await listConnections(actor);
  const canManage = can(actor.role, 'connections.manage');
  return (
    <Connections
      connections={connections}
      systems={canManage ? listSystems() : []}
      canManage={canManage}
      redirectUrl={redirectUrlOf(await headers())}
    />
  );
}
