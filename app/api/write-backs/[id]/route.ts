import { ById, route } from '@/app/api/handler';
import { decideWriteBack } from '@/lib/write-back/decide';
import { DecideWriteBack, WriteBack } from '@/lib/write-back/schema';

export const POST = route(
  {
    verb: 'calls.allow_write',
    summary: 'Send a write-back exactly as it is shown, or dismiss it. A failed one can be sent again.',
    params: ById,
    body: DecideWriteBack,
    response: WriteBack,
  },
  ({ actor, params, body }) => decideWriteBack(actor, params.id, body),
);
