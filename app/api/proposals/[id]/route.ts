import { z } from 'zod';
import { ById, route } from '@/app/api/handler';
import { decideProposal } from '@/lib/drafts/proposals';
import { DecideProposal, DraftView, ProposalView } from '@/lib/drafts/schema';

export const POST = route(
  {
    verb: 'proposals.decide',
    summary: 'Accept or reject hunks of a proposal.',
    params: ById,
    body: DecideProposal,
    response: z.object({ proposal: ProposalView, draft: DraftView }),
  },
  ({ actor, params, body }) => decideProposal(actor, params.id, body),
);
