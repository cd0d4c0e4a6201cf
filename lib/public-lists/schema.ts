import { z } from 'zod';

/** What being on a list means for an investigation. */
export const LIST_GROUPS = [
  'cloud', // an address that anybody can rent
  'service', // a known company's own service
  'scanner', // scans the whole internet, or on demand
  'vpn', // hides who uses it
  'blocklist', // reported for attacks
  'abused', // a trusted site on which anybody can put what they like
  'sinkhole', // of researchers or parked: nobody's own
  'special', // private, documentation, multicast: says nothing about who it is
  'common', // seen everywhere: a poor indicator
] as const;
export const ListGroup = z.enum(LIST_GROUPS);
export type ListGroup = z.infer<typeof ListGroup>;

export const PublicListNote = z.object({
  /** The list's own name: `amazon-aws`. */
  list: z.string(),
  group: ListGroup,
  /** `Amazon Web Services` */
  label: z.string(),
  /** What it means, in a sentence. */
  meaning: z.string(),
  /** When the list was made: `2026-08-11`; null: it has no date. */
  asOf: z.string().nullable(),
});
export type PublicListNote = z.infer<typeof PublicListNote>;
