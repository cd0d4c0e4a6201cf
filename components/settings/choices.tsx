'use client';
import { useRouter } from 'next/navigation';
import { useState, useSyncExternalStore } from 'react';
import { callApi, wordsOf } from '@/components/shell/call-api';
import { setSingleKeys, singleKeysOn } from '@/components/shell/shortcuts';
import { currentTheme, setTheme } from '@/components/shell/theme';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Dialog, DialogClose } from '@/components/ui/dialog';
import { toast } from '@/components/ui/toaster';

const never = () => () => {};

/** Theme, and whether single letters act (WCAG 2.1.4). Kept in this browser. */
export function Appearance() {
  const keysAtFirst = useSyncExternalStore(never, singleKeysOn, () => true);
  const [keys, setKeys] = useState<boolean | null>(null);
  return (
    <div className="flex flex-wrap items-center gap-4 text-sm">
      <Button onClick={() => setTheme(currentTheme() === 'dark' ? 'light' : 'dark')}>
        Switch between dark and light
      </Button>
      <Checkbox
        label="Single-letter shortcuts"
        showLabel
        checked={keys ?? keysAtFirst}
        onChange={(on) => {
          setKeys(on);
          setSingleKeys(on);
        }}
      />
    </div>
  );
}

/** Takes the sample alerts, their investigations and the sample logs away. */
export function RemoveSamples() {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const remove = async () => {
    setOpen(false);
    try {
      await callApi('DELETE', '/api/samples');
      toast({ title: 'The samples are gone', kind: 'good' });
      router.refresh();
    } catch (error) {
      toast({ title: wordsOf(error), kind: 'bad' });
    }
  };
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title="Remove all samples?"
      description="Sample alerts, the investigations made from samples alone, and the sample logs. Your own alerts and cases stay."
      trigger={<Button variant="danger">Remove samples</Button>}
      footer={
        <>
          <DialogClose>
            <Button variant="quiet">Keep them</Button>
          </DialogClose>
          <Button variant="danger" onClick={remove}>
            Remove
          </Button>
        </>
      }
    />
  );
}
