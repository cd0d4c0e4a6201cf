import { route } from '@/app/api/handler';
import { LogSources, listLogSources } from '@/lib/connections/log-sources';

export const GET = route(
  {
    verb: 'settings.read',
    summary: 'The log sources with files, rows and time span, and the files that were skipped.',
    response: LogSources,
  },
  ({ actor }) => listLogSources(actor),
);
