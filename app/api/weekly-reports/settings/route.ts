import { route } from '@/app/api/handler';
import { WeeklySettings } from '@/lib/weekly/schema';
import { readWeeklySettings, setWeeklySettings } from '@/lib/weekly/settings';

export const GET = route(
  { verb: 'dashboard.read', summary: 'On which day the weekly report is made.', response: WeeklySettings },
  ({ actor }) => readWeeklySettings(actor),
);

export const PUT = route(
  {
    verb: 'dashboard.report',
    summary: 'Set on which day the weekly report is made, or that none is.',
    body: WeeklySettings,
    response: WeeklySettings,
  },
  ({ actor, body }) => setWeeklySettings(actor, body),
);
