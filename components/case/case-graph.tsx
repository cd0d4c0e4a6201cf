'use client';
import dynamic from 'next/dynamic';
import { useApi } from '@/components/shell/use-api';
import { FullScreen } from './full-screen';

// Drawn where a case is read; the pages' own code does without.
const EntityGraph = dynamic(() => import('@/components/charts/entity-graph').then((file) => file.EntityGraph), {
  ssr: false,
});

type CaseGraphProps = {
  investigationId: string;
  /** Read again when it changes. */
  version?: number;
  onEvidence: (number: number) => void;
};

/** The picture at the head of a report's Technical Details; nothing while no evidence connects anything. */
export function CaseGraph({ investigationId, version, onEvidence: showEvidence }: CaseGraphProps) {
  const { data } = useApi(
    '/api/investigations/{id}/graph',
    { params: { id: investigationId } },
    version === undefined ? {} : { version },
  );
  if (!data || data.edges.length === 0) return null;
  return (
    <FullScreen title="Entity graph of the case" onEvidence={showEvidence}>
      {({ large, action, onEvidence }) => (
        <EntityGraph graph={data} onEvidence={onEvidence} action={action} tall={large} />
      )}
    </FullScreen>
  );
}
