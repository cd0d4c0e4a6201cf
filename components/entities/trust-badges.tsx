import { PublicListBadge } from '@/components/labels/list-labels';
import { TrustBadge } from '@/components/labels/trust-labels';
import type { Entity } from '@/lib/alerts/schema';
import type { EntityTrust } from '@/lib/entities/schema';
import type { ListGroup } from '@/lib/public-lists/schema';

/** Where an address belongs is not worth a badge in a row; the card says it. */
const QUIET = new Set<ListGroup>(['special', 'common']);

/** What the team and public lists say about one entity of a list. */
export function EntityTrustBadges({ of, trust }: { of: Entity; trust: EntityTrust[] }) {
  const found = trust.find(({ entity }) => entity.kind === of.kind && entity.value === of.value);
  return (
    <>
      {found?.trust.map((note) => (
        <TrustBadge key={`${note.from} ${note.file} ${note.trust}`} note={note} />
      ))}
      {found?.lists
        .filter(({ group }) => !QUIET.has(group))
        .map((note) => (
          <PublicListBadge key={note.list} note={note} />
        ))}
    </>
  );
}
