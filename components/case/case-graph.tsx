'use client';
import dynamic from 'next/dynamic';
import { useApi } from '@/components/shell/use-api';

// Drawn where a case is read; the pages' own code does without.
const EntityGraph = dynamic(() => import('@/components/charts/entity-graph').then((file) => file.EntityGraph), {
  ssr: false,
});

type CaseGraphProps = { investigationId: string; onEvidence: (number: number) => void };

/** The picture at the head of a report's Technical Details; nothing while no evidence connects anything. */
export function CaseGraph({ investigationId, onEvidence }: CaseGraphProps) {
  const { data } = useApi('/api/investigations/{id}/graph', { params: { id: investigationId } });
  if (!data || data.edges.length === 0) return null;
  return (
    <div className="my-4">
      <EntityGraph graph={data} onEvidence={onEvidence} />
    </div>
  );
}
