import { route } from '@/app/api/handler';
import { readSessionLimits, SessionLimits, setSessionLimits } from '@/lib/auth/session-limits';

export const GET = route(
  { verb: 'settings.read', summary: 'When sessions end by themselves.', response: SessionLimits },
  ({ actor }) => readSessionLimits(actor),
);

export const PUT = route(
  {
    verb: 'users.manage',
    summary:
      'Set when sessions end by themselves: hours after the sign-in, minutes without activity. It holds at once.',
    body: SessionLimits,
    response: SessionLimits,
  },
  ({ actor, body }) => setSessionLimits(actor, body),
);
