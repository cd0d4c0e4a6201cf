import { z } from 'zod';
import { route } from '@/app/api/handler';
import { testMail } from '@/lib/notifications/mail-setting';

export const POST = route(
  {
    verb: 'notifications.configure',
    summary: 'Send a test message to your own address now. 503 with the mail server’s answer when it is refused.',
    response: z.object({ to: z.string() }),
  },
  ({ actor }) => testMail(actor),
);
