import { z } from 'zod';
import { download } from '@/app/api/download';
import { ById, route } from '@/app/api/handler';
import { evaluationCsv } from '@/lib/evaluation/manage';

export const GET = route(
  {
    verb: 'evaluations.read',
    summary: 'The cases of an evaluation as CSV, one line each.',
    params: ById,
    response: z.string(),
    media: ['text/csv'],
  },
  async ({ actor, params }) =>
    download({
      content: await evaluationCsv(actor, params.id),
      type: 'text/csv; charset=utf-8',
      name: 'evaluation.csv',
    }),
);
