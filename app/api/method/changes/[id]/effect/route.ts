import { ById, route } from '@/app/api/handler';
import { readEffect } from '@/lib/tuning/read-effect';
import { Effect } from '@/lib/tuning/schema';

export const GET = route(
  {
    verb: 'method.read',
    summary:
      'Which alerts of the last 90 days a changed detection no longer fires on, by how they were closed; null for other files.',
    params: ById,
    response: Effect.nullable(),
  },
  ({ actor, params }) => readEffect(actor, params.id),
);
