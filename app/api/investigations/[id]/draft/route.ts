import { ById, reply, route } from '@/app/api/handler';
import { readIfMatch } from '@/lib/drafts/if-match';
import { readDraft } from '@/lib/drafts/read-draft';
import { saveDraft } from '@/lib/drafts/save-draft';
import { DraftView, MAX_DRAFT_BODY_BYTES, SaveDraft } from '@/lib/drafts/schema';

export const GET = route(
  { verb: 'drafts.read', summary: 'The draft. Its version is the ETag.', params: ById, response: DraftView },
  async ({ actor, params }) => present(await readDraft(actor, params.id)),
);

export const PUT = route(
  {
    verb: 'drafts.save',
    summary: 'Save the draft. 412 with both texts and their merge when If-Match is not the current version.',
    params: ById,
    headers: { 'If-Match': 'The version that this text was edited from, in quotes.' },
    body: SaveDraft,
    maxBytes: MAX_DRAFT_BODY_BYTES,
    response: DraftView,
  },
  async ({ actor, params, body: { markdown }, request }) => {
    const version = readIfMatch(request.headers.get('if-match'));
    return present(await saveDraft(actor, params.id, { markdown, version }));
  },
);

const present = (draft: DraftView) => reply(draft, { headers: { etag: `"${draft.version}"` } });
