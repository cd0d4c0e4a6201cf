import type { Metadata } from 'next';
import { requireActor } from '@/app/current-actor';
import { People } from '@/components/settings/people';
import { SessionRules } from '@/components/settings/session-rules';
import { TwoFactorRules } from '@/components/settings/two-factor-rules';
import { can } from '@/lib/auth/permissions';
import { readSessionLimits } from '@/lib/auth/session-limits';
import { readTwoFactorPolicy } from '@/lib/auth/two-factor-policy';
import { listUsers } from '@/lib/auth/users';
import { ssoOffer } from '@/lib/sso/settings';

export const metadata: Metadata = { title: 'People' };

export default async function PeoplePage() {
  const actor = await requireActor();
  const canManage = can(actor.role, 'users.manage');
  return (
    <>
      <People
        people={await listUsers(actor)}
        meId={actor.id}
        canManage={canManage}
        hasSso={(await ssoOffer()) !== null}
      />
      {canManage && <SessionRules limits={await readSessionLimits(actor)} />}
      {canManage && <TwoFactorRules policy={await readTwoFactorPolicy(actor)} />}
    </>
  );
}
