import { readJson, route } from '@/app/api/handler';
import { applySuggestion } from '@/lib/reviews/apply-suggestion';
import { ApplySuggestion } from '@/lib/reviews/schema';

export const POST = route('drafts.save', async ({ actor, params, request }) =>
  applySuggestion(actor, params.id ?? '', params.comment ?? '', await readJson(request, ApplySuggestion)),
);
