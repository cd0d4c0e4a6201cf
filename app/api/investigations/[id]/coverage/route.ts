import { route } from '@/app/api/handler';
import { readCoverage } from '@/lib/evidence/coverage';

export const GET = route('evidence.read', ({ actor, params }) => readCoverage(actor, params.id ?? ''));
