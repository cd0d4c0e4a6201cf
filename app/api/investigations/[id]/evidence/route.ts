import { ById, itemsOf, route } from '@/app/api/handler';
import { listEvidence } from '@/lib/evidence/list-evidence';
import { EvidenceItem } from '@/lib/evidence/schema';

export const GET = route(
  { verb: 'evidence.read', summary: 'The evidence records E1, E2, ….', params: ById, response: itemsOf(EvidenceItem) },
  async ({ actor, params }) => ({ items: await listEvidence(actor, params.id) }),
);
