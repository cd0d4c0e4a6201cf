import { ACCOUNT_DRAFT_ERRORS } from './account-draft-errors';
import { CLOUD_DRAFT_ERRORS } from './cloud-draft-errors';
import type { PlantKind } from './plant-errors';

export type DraftErrorKind =
  | PlantKind
  | 'number'
  | 'size'
  | 'record'
  | 'duration'
  | 'value'
  | 'order'
  | 'share'
  | 'comparison';
/** What a passage of an honest draft says, and what is said instead that its evidence does not support. */
export type DraftError = [kind: DraftErrorKind, was: string, now: string];

/** By the name of the draft in fixtures/reports; each is planted alone. */
export const DRAFT_ERRORS: Record<string, DraftError[]> = { ...ACCOUNT_DRAFT_ERRORS, ...CLOUD_DRAFT_ERRORS };
