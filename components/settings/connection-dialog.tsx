'use client';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import type { ConnectionDetail } from '@/lib/connections/schema';
import { ConnectionForm } from './connection-form';

/** Changes how a connection is reached. */
export function ConnectionDialog({ connection, redirectUrl }: { connection: ConnectionDetail; redirectUrl: string }) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog open={open} onOpenChange={setOpen} title={`Change ${connection.name}`} trigger={<Button>Change</Button>}>
      <ConnectionForm connection={connection} redirectUrl={redirectUrl} onDone={() => setOpen(false)} />
    </Dialog>
  );
}
