import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { requireActor } from '@/app/current-actor';
import { redirectUrlOf } from '@/app/public-origin';
import { SsoForm } from '@/components/settings/sso-form';
import { EmptyState } from '@/components/ui/empty-state';
import { can } from '@/lib/auth/permissions';
import { listUsers } from '@/lib/auth/users';
import { SSO_CALLBACK } from '@/lib/sso/schema';
import { readSsoSettings } from '@/lib/sso/settings';

export const metadata: Metadata = { title: 'Single sign-on' };

export default async function SingleSignOnPage() {
  const actor = await requireActor();
  if (!can(actor.role, 'users.manage'))
    return <EmptyState title="Single sign-on">Admins set up how people sign in.</EmptyState>;
  const people = await listUsers(actor);
  const admins = people.filter(({ role, disabled, invited }) => role === 'admin' && !disabled && !invited);
  return <SsoForm sso={await readSsoSettings(actor, redirectUrlOf(await headers(), SSO_CALLBACK))} admins={admins} />;
}
