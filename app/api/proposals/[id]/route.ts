import { decideProposal } from '@/lib/drafts/proposals';
import { DecideProposal } from '@/lib/drafts/schema';
import { readJson, route } from '../../handler';

export const POST = route('proposals.decide', async ({ actor, params, request }) =>
  decideProposal(actor, params.id ?? '', await readJson(request, DecideProposal)),
);
