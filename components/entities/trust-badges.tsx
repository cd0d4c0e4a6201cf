import { TrustBadge } from '@/components/labels/trust-labels';
import type { Entity } from '@/lib/alerts/schema';
import type { EntityTrust } from '@/lib/entities/schema';

/** What the team says about one entity of a list. */
export function EntityTrustBadges({ of, trust }: { of: Entity; trust: EntityTrust[] }) {
  const found = trust.find(({ entity }) => entity.kind === of.kind && entity.value === of.value);
  return found?.trust.map((note) => <TrustBadge key={`${note.from} ${note.file} ${note.trust}`} note={note} />);
}
