import { requireActor } from '@/app/current-actor';
import { Connections } from '@/components/settings/connections';
import { can } from '@/lib/auth/permissions';
import { listConnections } from '@/lib/connections/read-connections';

export default async function ConnectionsPage() {
  const actor = await requireActor();
  const connections = await listConnections(actor);
  return <Connections connections={connections} canManage={can(actor.role, 'connections.manage')} />;
}
