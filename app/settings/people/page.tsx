import type { Metadata } from 'next';
import { requireActor } from '@/app/current-actor';
import { People } from '@/components/settings/people';
import { can } from '@/lib/auth/permissions';
import { listUsers } from '@/lib/auth/users';

export const metadata: Metadata = { title: 'People' };

export default async function PeoplePage() {
  const actor = await requireActor();
  return <People people={await listUsers(actor)} meId={actor.id} canManage={can(actor.role, 'users.manage')} />;
}
