import { nothing, route } from '@/app/api/handler';
import { MailInput, MailSetting, readMail, removeMail, setMail } from '@/lib/notifications/mail-setting';

export const GET = route(
  {
    verb: 'notifications.configure',
    summary: 'The mail server that notifications go through, without its password.',
    response: MailSetting,
  },
  ({ actor }) => readMail(actor),
);

export const PUT = route(
  {
    verb: 'notifications.configure',
    summary:
      'Set the mail server (SMTP). The password is stored encrypted; left out, it stays for the same server and user.',
    body: MailInput,
    response: MailSetting,
  },
  ({ actor, body }) => setMail(actor, body),
);

export const DELETE = route(
  {
    verb: 'notifications.configure',
    summary: 'Forget the mail server and its password.',
    status: 204,
    response: nothing,
  },
  ({ actor }) => removeMail(actor),
);
