'use client';
import { createContext } from 'react';
import type { BlockHeadings } from './prepare';

/** What the parts of a rendered text can ask of the page. Stable, so that blocks needn't render again. */
export type MarkdownActions = {
  cite: (evidence: number) => void;
  /** Asks before an external address is opened. */
  open: (href: string) => void;
};

const nothing = (): void => {};
export const ActionsContext = createContext<MarkdownActions>({ cite: nothing, open: nothing });

/** The evidence numbers that exist; null when the page doesn't know. */
export const EvidenceContext = createContext<ReadonlySet<number> | null>(null);

/** Ids and ranks of a block's headings, by their line below the block's first. */
export const HeadingContext = createContext<BlockHeadings>(new Map());
