import { readIfMatch } from '@/lib/drafts/if-match';
import { readDraft } from '@/lib/drafts/read-draft';
import { saveDraft } from '@/lib/drafts/save-draft';
import { type DraftView, SaveDraft } from '@/lib/drafts/schema';
import { json, readJson, route } from '../../../handler';

export const GET = route('drafts.read', async ({ actor, params }) => present(await readDraft(actor, params.id ?? '')));

export const PUT = route('drafts.save', async ({ actor, params, request }) => {
  const id = params.id ?? '';
  const version = readIfMatch(request.headers.get('if-match'));
  const { markdown } = await readJson(request, SaveDraft);
  return present(await saveDraft(actor, id, { markdown, version }));
});

const present = (draft: DraftView) => json(draft, 200, { etag: `"${draft.version}"` });
