'use client';
import dynamic from 'next/dynamic';
import { ErrorBoundary } from '@/components/ui/error-boundary';
import { useOpenCard } from './card-store';

const EntityCard = dynamic(() => import('./entity-card').then((file) => file.EntityCard), { ssr: false });

/** Once, in the root layout. The card's code comes when the first one is opened. */
export function EntityCardHost() {
  const card = useOpenCard();
  if (!card) return null;
  const key = `${card.entity.kind} ${card.entity.value}`;
  return (
    <ErrorBoundary label="The card" of={key}>
      <EntityCard key={key} card={card} />
    </ErrorBoundary>
  );
}
