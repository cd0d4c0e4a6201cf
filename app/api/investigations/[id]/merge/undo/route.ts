import { ById, route } from '@/app/api/handler';
import { undoMerge } from '@/lib/drafts/undo-merge';
import { MergedCases } from '@/lib/investigations/schema';

export const POST = route(
  {
    verb: 'investigations.attach',
    summary: 'Undo the merge of this case into another one, as long as nothing was changed there since.',
    params: ById,
    response: MergedCases,
  },
  ({ actor, params }) => undoMerge(actor, params.id),
);
