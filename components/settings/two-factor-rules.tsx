'use client';
import { useState } from 'react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Checkbox } from '@/components/ui/checkbox';
import { Problem } from '@/components/ui/problem';
import { toast } from '@/components/ui/toaster';
import { ROLES } from '@/lib/auth/permissions';
import type { TwoFactorPolicy } from '@/lib/auth/two-factor-policy';
import { Section } from './section';

/** Which roles need a second factor. */
export function TwoFactorRules({ policy: initial }: { policy: TwoFactorPolicy }) {
  const [policy, setPolicy] = useState(initial);
  const { busy, problem, send } = useRequest();
  const set = (roles: TwoFactorPolicy['roles']) =>
    send('send', async () => {
      setPolicy(await api.put('/api/settings/two-factor', { body: { roles } }));
      toast({ kind: 'good', title: roles.length > 0 ? `Required for: ${roles.join(', ')}` : 'Required for no role' });
    });
  return (
    <Section
      title="Require two-factor sign-in"
      lead="People with these roles must set it up before they can do anything else. API keys are not affected."
    >
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {ROLES.map((role) => (
          <Checkbox
            key={role}
            label={role}
            showLabel
            checked={policy.roles.includes(role)}
            disabled={busy !== null}
            onChange={(checked) =>
              void set(checked ? [...policy.roles, role] : policy.roles.filter((other) => other !== role))
            }
          />
        ))}
      </div>
      <Problem>{problem}</Problem>
    </Section>
  );
}
