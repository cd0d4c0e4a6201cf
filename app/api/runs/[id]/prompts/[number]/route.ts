import { route } from '@/app/api/handler';
import { readPrompt } from '@/lib/agent/prompts';

export const GET = route('runs.read', ({ actor, params }) => readPrompt(actor, params.id ?? '', Number(params.number)));
