import { ById, itemsOf, route } from '@/app/api/handler';
import { AskSource, askSource } from '@/lib/agent/ask-source';
import { listEvidence } from '@/lib/evidence/list-evidence';
import { EvidenceDetail, EvidenceItem } from '@/lib/evidence/schema';

export const GET = route(
  { verb: 'evidence.read', summary: 'The evidence records E1, E2, ….', params: ById, response: itemsOf(EvidenceItem) },
  async ({ actor, params }) => ({ items: await listEvidence(actor, params.id) }),
);

export const POST = route(
  {
    verb: 'evidence.record',
    summary: 'Call a read-class tool for the case and record the call as evidence, which the report can cite.',
    params: ById,
    body: AskSource,
    status: 201,
    response: EvidenceDetail,
  },
  ({ actor, params, body, request }) => askSource(actor, params.id, body, request.signal),
);
