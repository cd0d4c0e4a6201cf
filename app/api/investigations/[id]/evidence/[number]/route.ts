import { z } from 'zod';
import { Id, route } from '@/app/api/handler';
import { readEvidence } from '@/lib/evidence/read-evidence';
import { EvidenceDetail } from '@/lib/evidence/schema';

export const GET = route(
  {
    verb: 'evidence.read',
    summary:
      'One evidence record (3 or E3) with its result, 500 rows at a time. Secrets are masked unless a lead asks (reveal, audited).',
    params: z.object({
      id: Id,
      number: Id,
    }),
    query: z.object({
      offset: z.coerce.number().int().min(0).max(1_000_000_000).default(0),
      reveal: z.stringbool('Reveal must be true or false.').default(false),
    }),
    response: EvidenceDetail,
  },
  ({ actor, params, query }) =>
    readEvidence(actor, params.id, Number(params.number.replace(/^e/i, '') || Number.NaN), query),
);
