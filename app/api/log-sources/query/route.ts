import { route } from '@/app/api/handler';
import { LogQuery, LogRows, queryLogs } from '@/lib/connections/log-sources';

export const POST = route(
  {
    verb: 'logs.search',
    summary: 'One SELECT (DuckDB SQL) over the log sources within a time range. Nothing is recorded.',
    body: LogQuery,
    response: LogRows,
  },
  ({ actor, body }) => queryLogs(actor, body),
);
