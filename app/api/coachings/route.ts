import { route } from '@/app/api/handler';
import { listCoachings } from '@/lib/agent/coachings';

export const GET = route('runs.read', async ({ actor }) => ({ items: await listCoachings(actor) }));
