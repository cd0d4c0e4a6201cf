import { z } from 'zod';
import { ById, route } from '@/app/api/handler';
import { mergeCases } from '@/lib/drafts/merge-cases';
import { previewMerge } from '@/lib/drafts/plan-merge';
import { MergeCases, MergedCases, MergePreview } from '@/lib/investigations/schema';

export const GET = route(
  {
    verb: 'investigations.attach',
    summary: 'What merging another case into this one would do, with the text before and after.',
    params: ById,
    query: z.object({ from: z.uuid() }),
    response: MergePreview,
  },
  ({ actor, params, query }) => previewMerge(actor, params.id, query.from),
);

export const POST = route(
  {
    verb: 'investigations.attach',
    summary:
      'Merge another case into this one: its alerts are moved, its evidence gets new numbers, its text is added.',
    params: ById,
    body: MergeCases,
    response: MergedCases,
  },
  ({ actor, params, body }) => mergeCases(actor, params.id, body),
);
