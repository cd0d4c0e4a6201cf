import { route } from '@/app/api/handler';
import { readMethod } from '@/lib/method/read-method';
import { MethodOverview } from '@/lib/method/schema';

export const GET = route(
  {
    verb: 'method.read',
    summary:
      'The store’s own files (method, templates, detections, runbooks, known lists, commands) and changes of them.',
    response: MethodOverview,
  },
  ({ actor }) => readMethod(actor),
);
