import { ById, itemsOf, route } from '@/app/api/handler';
import { ProposeChanges, Proposed, proposeChanges } from '@/lib/agent/propose-changes';
import { listProposals } from '@/lib/drafts/proposals';
import { MAX_DRAFT_BODY_BYTES, ProposalView } from '@/lib/drafts/schema';

export const GET = route(
  {
    verb: 'proposals.read',
    summary: 'Changes that a model proposes, as hunks.',
    params: ById,
    response: itemsOf(ProposalView),
  },
  async ({ actor, params }) => ({ items: await listProposals(actor, params.id) }),
);

export const POST = route(
  {
    verb: 'proposals.create',
    summary: 'Propose edits of the report, made against a version of the draft. People accept or reject each hunk.',
    params: ById,
    body: ProposeChanges,
    maxBytes: MAX_DRAFT_BODY_BYTES,
    status: 201,
    response: Proposed,
  },
  ({ actor, params, body }) => proposeChanges(actor, params.id, body),
);
