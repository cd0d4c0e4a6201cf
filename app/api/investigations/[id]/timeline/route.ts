import { ById, route } from '@/app/api/handler';
import { readTimeline } from '@/lib/timeline/read-timeline';
import { CaseTimeline } from '@/lib/timeline/schema';

export const GET = route(
  {
    verb: 'evidence.read',
    summary:
      'What happened in a case: rows of its report’s Timeline and of its evidence that have a time, at most 5,000.',
    params: ById,
    response: CaseTimeline,
  },
  ({ actor, params }) => readTimeline(actor, params.id),
);
