'use client';
import { useEffect, useSyncExternalStore } from 'react';
import type { Entity } from '@/lib/alerts/schema';

/** The card that is open: of what, and beside which control. */
export type OpenCard = { entity: Entity; anchor: HTMLElement };
/** The case of the page: its evidence is looked through, and its coach box asked. */
export type CaseForCards = {
  id: string;
  onEvidence: (number: number) => void;
  onAsk: ((text: string) => void) | null;
};

let card: OpenCard | null = null;
let ofCase: CaseForCards | null = null;
const listeners = new Set<() => void>();

function changed(): void {
  for (const listener of listeners) listener();
}
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Opens the card of an entity beside the control that was pressed; focus returns there. */
export function openEntityCard(entity: Entity, anchor: HTMLElement): void {
  card = { entity, anchor };
  changed();
}

export function closeEntityCard(): void {
  const anchor = card?.anchor;
  card = null;
  changed();
  // The card is gone at once, and focus with it, unless something else was pressed.
  setTimeout(() => {
    if (document.activeElement === document.body) anchor?.focus();
  });
}

export const useOpenCard = (): OpenCard | null =>
  useSyncExternalStore(
    subscribe,
    () => card,
    () => null,
  );

/** The case of the page that the card was opened on. */
export const caseForCards = (): CaseForCards | null => ofCase;

/** Says which case the page is about, while it is shown. */
export function useCaseForCards(one: CaseForCards): void {
  useEffect(() => {
    ofCase = one;
    return () => {
      if (ofCase === one) ofCase = null;
    };
  });
}
