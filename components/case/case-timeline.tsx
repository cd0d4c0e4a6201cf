'use client';
import { Maximize2 } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useApi } from '@/components/shell/use-api';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';

// Drawn where a case is read; the pages' own code does without.
const Timeline = dynamic(() => import('@/components/charts/timeline').then((file) => file.Timeline), { ssr: false });

type CaseTimelineProps = { investigationId: string; onEvidence: (number: number) => void };

/** The picture at the head of a report's Timeline, and over the whole screen; nothing while there are no events. */
export function CaseTimeline({ investigationId, onEvidence }: CaseTimelineProps) {
  const { data } = useApi('/api/investigations/{id}/timeline', { params: { id: investigationId } });
  const [large, setLarge] = useState(false);
  if (!data || data.events.length === 0) return null;
  const showEvidence = (number: number) => {
    setLarge(false);
    // After the dialog has given the focus back.
    setTimeout(() => onEvidence(number));
  };
  return (
    <div className="my-4">
      <Timeline
        timeline={data}
        onEvidence={onEvidence}
        action={
          <Button size="sm" onClick={() => setLarge(true)}>
            <Maximize2 aria-hidden className="size-3.5" /> Full screen
          </Button>
        }
      />
      <Dialog open={large} onOpenChange={setLarge} title="Timeline of the case" size="full">
        {large && <Timeline timeline={data} onEvidence={showEvidence} />}
      </Dialog>
    </div>
  );
}
