'use client';
import dynamic from 'next/dynamic';
import { useOpenCard } from './card-store';

const EntityCard = dynamic(() => import('./entity-card').then((file) => file.EntityCard), { ssr: false });

/** Once, in the root layout. The card's code comes when the first one is opened. */
export function EntityCardHost() {
  const card = useOpenCard();
  return card && <EntityCard key={`${card.entity.kind} ${card.entity.value}`} card={card} />;
}
