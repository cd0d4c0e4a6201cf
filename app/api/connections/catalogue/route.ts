import { itemsOf, route } from '@/app/api/handler';
import { listSystems } from '@/lib/connections/catalogue/catalogue';
import { SystemView } from '@/lib/connections/catalogue/schema';

export const GET = route(
  {
    verb: 'connections.read',
    summary: 'The systems that were reviewed: how to reach each, what to create there, and its tools by class.',
    response: itemsOf(SystemView),
  },
  () => ({ items: listSystems() }),
);
