'use client';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Checkbox } from '@/components/ui/checkbox';
import { Problem } from '@/components/ui/problem';
import type { ConnectionDetail } from '@/lib/connections/schema';

type Props = {
  connection: ConnectionDetail;
  writeBack: NonNullable<ConnectionDetail['writeBack']>;
  canManage: boolean;
  onChange: (connection: ConnectionDetail) => void;
};

/** Whether approved cases offer to write their outcome back to this system. */
export function ConnectionWriteBack({ connection, writeBack, canManage, onChange }: Props) {
  const { problem, send } = useRequest();
  const change = (next: boolean) =>
    send('send', async () => {
      onChange(await api.patch('/api/connections/{id}', { params: { id: connection.id }, body: { writeBack: next } }));
    });
  const { write, read } = writeBack.tools;
  return (
    <section aria-labelledby="write-back" className="mb-8 text-sm">
      <h3 id="write-back" className="mb-1 font-medium">
        Write back
      </h3>
      <p className="mb-2 max-w-prose text-ink-2">
        When a case is approved, Socdown offers to comment on its alerts here with the assessment and a link, and to set
        their status. A reviewer confirms each. It calls {write.join(' and ')}, allowed as writes, and {read.join(', ')}
        , allowed as a read.
      </p>
      <Checkbox
        label="Offer to write outcomes back"
        showLabel
        checked={writeBack.enabled}
        disabled={!canManage}
        onChange={change}
      />
      <Problem className="mt-2">{problem}</Problem>
    </section>
  );
}
