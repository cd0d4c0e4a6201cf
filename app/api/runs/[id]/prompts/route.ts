import { route } from '@/app/api/handler';
import { listPrompts } from '@/lib/agent/prompts';

export const GET = route('runs.read', async ({ actor, params }) => ({
  items: await listPrompts(actor, params.id ?? ''),
}));
