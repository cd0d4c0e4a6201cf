import { ById, route } from '@/app/api/handler';
import { readGraph } from '@/lib/graph/read-graph';
import { CaseGraph } from '@/lib/graph/schema';

export const GET = route(
  {
    verb: 'evidence.read',
    summary: 'Who used which key from which address on what, as a case’s evidence has it.',
    params: ById,
    response: CaseGraph,
  },
  ({ actor, params }) => readGraph(actor, params.id),
);
