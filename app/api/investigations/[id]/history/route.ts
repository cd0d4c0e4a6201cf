import { route } from '@/app/api/handler';
import { listHistory } from '@/lib/store/history';

export const GET = route('investigations.read', async ({ actor, params }) => listHistory(actor, params.id ?? ''));
