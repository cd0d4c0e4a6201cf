'use client';
import type { ReactNode } from 'react';
import { Button } from './button';
import { DialogClose } from './dialog';

/** The buttons of a dialog that shows what it made: `children` beside Cancel, and Done once it is `made`. */
export function DialogFooter({ made = false, children }: { made?: boolean; children: ReactNode }) {
  if (made)
    return (
      <DialogClose>
        <Button variant="primary">Done</Button>
      </DialogClose>
    );
  return (
    <>
      <DialogClose>
        <Button>Cancel</Button>
      </DialogClose>
      {children}
    </>
  );
}
