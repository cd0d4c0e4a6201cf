'use client';
import { Button } from '@/components/ui/button';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import type { FactCheck } from '@/lib/checks/finding';
import { useDismissal } from './use-dismissal';

type DismissedFindingsProps = {
  investigationId: string;
  dismissed: FactCheck['dismissed'];
  onLine: (line: number) => void;
};

/** What a model found and a person dismissed, with who did. */
export function DismissedFindings({ investigationId, dismissed, onLine }: DismissedFindingsProps) {
  const { dismiss } = useDismissal(investigationId);
  if (dismissed.length === 0) return null;
  return (
    <details>
      <summary className="min-h-6 cursor-pointer text-ink-2">
        {dismissed.length} dismissed {dismissed.length === 1 ? 'finding' : 'findings'}
      </summary>
      <ul className="mt-1 flex flex-col gap-2">
        {dismissed.map(({ finding, by, at }) => (
          <li key={`${finding.data.key} ${finding.data.problem}`}>
            <p className="[overflow-wrap:anywhere]">
              <button
                type="button"
                onClick={() => onLine(finding.line)}
                className="mr-1.5 min-h-[24px] font-mono text-accent underline underline-offset-2"
              >
                line {finding.line}
              </button>
              <Unseen text={finding.message} />
            </p>
            <p className="flex flex-wrap items-center gap-2 text-ink-3">
              <span>
                {by}, <Time value={at} />
              </span>
              <Button size="sm" variant="quiet" onClick={() => void dismiss(finding, false)}>
                Restore
              </Button>
            </p>
          </li>
        ))}
      </ul>
    </details>
  );
}
