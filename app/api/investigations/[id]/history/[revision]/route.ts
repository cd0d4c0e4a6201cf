import { route } from '@/app/api/handler';
import { readRevision } from '@/lib/store/history';

export const GET = route('investigations.read', async ({ actor, params }) =>
  readRevision(actor, params.id ?? '', params.revision ?? ''),
);
