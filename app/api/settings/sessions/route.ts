import { route } from '@/app/api/handler';
import { readSessionLimits, SessionLimits, setSessionLimits } from '@/lib/auth/session-limits';

export const GET = route(
  { verb: 'settings.read', summary: 'When sessions end automatically.', response: SessionLimits },
  ({ actor }) => readSessionLimits(actor),
);

export const PUT = route(
  {
    verb: 'users.manage',
    summary:
      'Set when sessions end automatically: hours after the sign-in, minutes without activity. Applies immediately.',
    body: SessionLimits,
    response: SessionLimits,
  },
  ({ actor, body }) => setSessionLimits(actor, body),
);
