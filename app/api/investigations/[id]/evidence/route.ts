import { route } from '@/app/api/handler';
import { listEvidence } from '@/lib/evidence/list-evidence';

export const GET = route('evidence.read', async ({ actor, params }) => ({
  items: await listEvidence(actor, params.id ?? ''),
}));
