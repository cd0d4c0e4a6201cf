'use client';
import { useState } from 'react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Checkbox } from '@/components/ui/checkbox';
import { Problem } from '@/components/ui/problem';
import type { ReviewPolicy } from '@/lib/reviews/schema';
import { Section } from './section';

/** What it takes to approve a report. */
export function ReviewRules({ policy: initial, mayChange }: { policy: ReviewPolicy; mayChange: boolean }) {
  const [policy, setPolicy] = useState(initial);
  const { problem, send } = useRequest();
  const set = (next: ReviewPolicy) =>
    send('send', async () => setPolicy(await api.put('/api/reviews/policy', { body: next })));
  return (
    <Section
      title="Reviews"
      lead="Authors can’t approve their own unreviewed changes. Errors block approval; a reviewer can override them with a reason, which is recorded in the audit log and the commit."
    >
      <Checkbox
        label="Require two approvals for MALICIOUS"
        showLabel
        checked={policy.twoForMalicious}
        onChange={(twoForMalicious) => void set({ ...policy, twoForMalicious })}
        disabled={!mayChange}
      />
      {!mayChange && <p className="mt-1 ml-8 text-ink-2 text-sm">Only leads and admins can change this.</p>}
      <Problem>{problem}</Problem>
    </Section>
  );
}
