'use client';
import { createContext } from 'react';

/** What the parts of a rendered text can ask of the page. Stable, so that blocks needn't render again. */
export type MarkdownActions = {
  cite: (evidence: number) => void;
  /** Asks before an external link is opened. */
  open: (href: string) => void;
};

const nothing = (): void => {};
export const ActionsContext = createContext<MarkdownActions>({ cite: nothing, open: nothing });

/** The evidence numbers that exist; null when the page doesn't know. */
export const EvidenceContext = createContext<ReadonlySet<number> | null>(null);

/** The id of the heading that the block is, if it is one. */
export const HeadingContext = createContext<string | undefined>(undefined);
