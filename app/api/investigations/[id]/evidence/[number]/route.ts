import { z } from 'zod';
import { readQuery, route } from '@/app/api/handler';
import { readEvidence } from '@/lib/evidence/read-evidence';

const Query = z.object({
  offset: z.coerce.number().int().min(0).default(0),
  reveal: z.stringbool().default(false),
});

/** The number as in citations, with or without its E: 3 or E3. */
export const GET = route('evidence.read', async ({ actor, params, url }) =>
  readEvidence(
    actor,
    params.id ?? '',
    Number((params.number ?? '').replace(/^e/i, '') || Number.NaN),
    readQuery(url, Query),
  ),
);
