'use client';
import dynamic from 'next/dynamic';
import { useApi } from '@/components/shell/use-api';
import { FullScreen } from './full-screen';

// Drawn where a case is read; the pages' own code does without.
const Timeline = dynamic(() => import('@/components/charts/timeline').then((file) => file.Timeline), { ssr: false });

type CaseTimelineProps = {
  investigationId: string;
  /** Read again when it changes. */
  version?: number;
  onEvidence: (number: number) => void;
};

/** The picture at the head of a report's Timeline; nothing while there are no events. */
export function CaseTimeline({ investigationId, version, onEvidence: showEvidence }: CaseTimelineProps) {
  const { data } = useApi(
    '/api/investigations/{id}/timeline',
    { params: { id: investigationId } },
    version === undefined ? {} : { version },
  );
  if (!data || data.events.length === 0) return null;
  return (
    <FullScreen title="Timeline of the case" onEvidence={showEvidence}>
      {({ action, onEvidence }) => <Timeline timeline={data} onEvidence={onEvidence} action={action} />}
    </FullScreen>
  );
}
