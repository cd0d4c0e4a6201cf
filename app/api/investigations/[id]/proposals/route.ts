import { ById, itemsOf, route } from '@/app/api/handler';
import { listProposals } from '@/lib/drafts/proposals';
import { ProposalView } from '@/lib/drafts/schema';

export const GET = route(
  {
    verb: 'proposals.read',
    summary: 'Changes that a model proposes, as hunks.',
    params: ById,
    response: itemsOf(ProposalView),
  },
  async ({ actor, params }) => ({ items: await listProposals(actor, params.id) }),
);
