import { z } from 'zod';
import { route } from '@/app/api/handler';
import { testMail } from '@/lib/notifications/mail-setting';

export const POST = route(
  {
    verb: 'notifications.configure',
    summary: 'Send a test message to one’s own address, now. 503 with what the mail server said when it is not taken.',
    response: z.object({ to: z.string() }),
  },
  ({ actor }) => testMail(actor),
);
