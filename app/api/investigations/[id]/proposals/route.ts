import { listProposals } from '@/lib/drafts/proposals';
import { route } from '../../../handler';

export const GET = route('proposals.read', async ({ actor, params }) => ({
  items: await listProposals(actor, params.id ?? ''),
}));
