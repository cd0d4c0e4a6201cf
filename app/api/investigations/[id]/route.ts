import { getInvestigation } from '@/lib/investigations/get-investigation';
import { route } from '../../handler';

export const GET = route('investigations.read', async ({ actor, params }) => getInvestigation(actor, params.id ?? ''));
