'use client';
import dynamic from 'next/dynamic';
import { useApi } from '@/components/shell/use-api';

// Drawn where a case is read; the pages' own code does without.
const Timeline = dynamic(() => import('@/components/charts/timeline').then((file) => file.Timeline), { ssr: false });

type CaseTimelineProps = { investigationId: string; onEvidence: (number: number) => void };

/** The picture at the head of a report's Timeline; nothing while there are no events. */
export function CaseTimeline({ investigationId, onEvidence }: CaseTimelineProps) {
  const { data } = useApi('/api/investigations/{id}/timeline', { params: { id: investigationId } });
  if (!data || data.events.length === 0) return null;
  return (
    <div className="my-4">
      <Timeline timeline={data} onEvidence={onEvidence} />
    </div>
  );
}
