'use client';
import { Maximize2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';

type Picture = (parts: { large: boolean; action: ReactNode; onEvidence: (number: number) => void }) => ReactNode;

type FullScreenProps = {
  title: string;
  onEvidence: (number: number) => void;
  /** Draws the picture, in the page and over the whole screen. */
  children: Picture;
};

/** A picture in the page that also opens over the whole screen. A citation there closes it, so that the evidence is seen. */
export function FullScreen({ title, onEvidence, children }: FullScreenProps) {
  const [open, setOpen] = useState(false);
  const showEvidence = (number: number) => {
    setOpen(false);
    // After the dialog has given the focus back.
    setTimeout(() => onEvidence(number));
  };
  const action = (
    <Button size="sm" onClick={() => setOpen(true)}>
      <Maximize2 aria-hidden className="size-3.5" /> Full screen
    </Button>
  );
  return (
    <div className="my-4">
      {children({ large: false, action, onEvidence })}
      <Dialog open={open} onOpenChange={setOpen} title={title} size="full">
        {open && children({ large: true, action: null, onEvidence: showEvidence })}
      </Dialog>
    </div>
  );
}
