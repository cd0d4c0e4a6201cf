import { ById, route } from '@/app/api/handler';
import { readChange } from '@/lib/method/read-method';
import { MethodChange } from '@/lib/method/schema';

export const GET = route(
  { verb: 'method.read', summary: 'One change to the method, with both texts.', params: ById, response: MethodChange },
  ({ actor, params }) => readChange(actor, params.id),
);
