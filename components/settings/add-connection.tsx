'use client';
import { ArrowLeft, Plus } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import type { SystemView } from '@/lib/connections/catalogue/schema';
import { ConnectionForm } from './connection-form';
import { SystemForm } from './system-form';
import { SystemPicker } from './system-picker';

type Choice = SystemView | 'other' | null;

/** Adds a connection: first the system, then only what that system needs. */
export function AddConnection({ systems, redirectUrl }: { systems: SystemView[]; redirectUrl: string }) {
  const [open, setOpen] = useState(false);
  const [choice, setChoice] = useState<Choice>(null);
  const form = useRef<HTMLDivElement>(null);
  const done = () => setOpen(false);
  // The list that had the focus is gone.
  useEffect(() => {
    if (choice !== null) form.current?.querySelector('input')?.focus();
  }, [choice]);
  return (
    <Dialog
      isForm
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        if (next) setChoice(null);
      }}
      title="Add a connection"
      size={choice === 'other' ? 'md' : 'lg'}
      trigger={
        <Button variant="primary">
          <Plus aria-hidden className="size-3.5" />
          Add a connection
        </Button>
      }
    >
      {choice === null ? (
        <SystemPicker systems={systems} onPick={setChoice} />
      ) : (
        <div ref={form}>
          <div className="mb-3 flex flex-wrap items-center gap-2">
            <Button size="sm" onClick={() => setChoice(null)}>
              <ArrowLeft aria-hidden className="size-3" />
              All systems
            </Button>
            <h3 className="font-medium text-sm">{choice === 'other' ? 'Another MCP server' : choice.title}</h3>
          </div>
          {choice === 'other' ? (
            <ConnectionForm redirectUrl={redirectUrl} onDone={done} />
          ) : (
            <SystemForm system={choice} redirectUrl={redirectUrl} onDone={done} />
          )}
        </div>
      )}
    </Dialog>
  );
}
