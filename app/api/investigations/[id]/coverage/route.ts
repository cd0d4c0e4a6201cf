import { ById, route } from '@/app/api/handler';
import { Coverage, readCoverage } from '@/lib/evidence/coverage';

export const GET = route(
  {
    verb: 'evidence.read',
    summary: 'Coverage: which source was queried for which hypothesis.',
    params: ById,
    response: Coverage,
  },
  ({ actor, params }) => readCoverage(actor, params.id),
);
