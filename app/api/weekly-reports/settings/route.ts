import { route } from '@/app/api/handler';
import { WeeklySettings } from '@/lib/weekly/schema';
import { readWeeklySettings, setWeeklySettings } from '@/lib/weekly/settings';

export const GET = route(
  { verb: 'dashboard.read', summary: 'The day on which the weekly report is written.', response: WeeklySettings },
  ({ actor }) => readWeeklySettings(actor),
);

export const PUT = route(
  {
    verb: 'dashboard.report',
    summary: 'Set the day on which the weekly report is written, or turn it off.',
    body: WeeklySettings,
    response: WeeklySettings,
  },
  ({ actor, body }) => setWeeklySettings(actor, body),
);
