import { z } from 'zod';
import { Entity } from '../alerts/schema';
import type { Actor } from '../auth/guard';
import { requireId } from '../investigations/require-id';
import { InvestigationItem } from '../investigations/schema';
import { precedentVerdict, relatedInvestigations } from './related-investigations';

/** A case that shares entities with another one. Its verdict only where a reviewer approved it. */
export const RelatedCase = InvestigationItem.pick({
  id: true,
  codename: true,
  title: true,
  status: true,
  classification: true,
  confidence: true,
  updatedAt: true,
}).extend({
  /** Why it is related: the entities that both have, the rarest first. */
  shared: z.array(Entity),
});
export type RelatedCase = z.infer<typeof RelatedCase>;

const MOST = 8;

/** The cases that share the most telling entities with one, best first. @throws AppError not_found for what is no id */
export async function readRelated(actor: Actor, investigationId: string): Promise<RelatedCase[]> {
  const found = await relatedInvestigations(
    actor,
    { investigationId: requireId(investigationId, 'investigation') },
    MOST,
  );
  return found.map((item) => {
    const { id, codename, title, status, updatedAt, shared } = item;
    return { id, codename, title, status, updatedAt, ...precedentVerdict(item), shared: shared.slice(0, 5) };
  });
}
