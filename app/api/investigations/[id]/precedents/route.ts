import { ById, route } from '@/app/api/handler';
import { Precedents, readPrecedents } from '@/lib/library/read-precedents';

export const GET = route(
  {
    verb: 'investigations.read',
    summary: 'Whether the verdict of a case rests on past cases, and what a run without them came to.',
    params: ById,
    response: Precedents,
  },
  ({ actor, params }) => readPrecedents(actor, params.id),
);
