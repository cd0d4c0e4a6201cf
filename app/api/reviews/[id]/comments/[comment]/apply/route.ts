import { z } from 'zod';
import { Id, route } from '@/app/api/handler';
import { DraftView, MAX_DRAFT_BODY_BYTES } from '@/lib/drafts/schema';
import { applySuggestion } from '@/lib/reviews/apply-suggestion';
import { ApplySuggestion } from '@/lib/reviews/schema';

export const POST = route(
  {
    verb: 'drafts.save',
    summary:
      'Apply a thread’s suggestion to the draft version that was read. 412 with both texts when its lines changed there; markdown: the whole text that a person then made of both.',
    params: z.object({ id: Id, comment: Id }),
    body: ApplySuggestion,
    maxBytes: MAX_DRAFT_BODY_BYTES,
    response: DraftView,
  },
  ({ actor, params, body }) => applySuggestion(actor, params.id, params.comment, body),
);
