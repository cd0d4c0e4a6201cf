'use client';
import { useCallback } from 'react';
import { api, errorMessage } from '@/components/shell/api';
import { useReloadEach } from '@/components/shell/use-api';
import { toast } from '@/components/ui/toaster';
import type { CheckFinding } from '@/lib/checks/finding';

/** Whether a finding is a model's: those can be dismissed. */
export const isDismissible = ({ rule, data }: CheckFinding): boolean =>
  rule === 'fact-check' && typeof data.key === 'string' && typeof data.problem === 'number';

/** Dismisses a model's finding, with an Undo, or restores it. */
export function useDismissal(investigationId: string) {
  const reloadEach = useReloadEach();
  const dismiss = useCallback(
    async (finding: CheckFinding, dismissed = true): Promise<void> => {
      try {
        await api.patch('/api/investigations/{id}/fact-check', {
          params: { id: investigationId },
          body: { key: String(finding.data.key), problem: Number(finding.data.problem), dismissed },
        });
        await reloadEach(['/api/investigations/{id}/checks']);
        if (dismissed)
          toast({ title: 'Finding dismissed', action: { label: 'Undo', run: () => void dismiss(finding, false) } });
      } catch (error) {
        const title = dismissed ? 'Couldn’t dismiss the finding' : 'Couldn’t restore the finding';
        toast({ kind: 'bad', title, description: errorMessage(error) });
      }
    },
    [investigationId, reloadEach],
  );
  return { dismiss };
}
