import type { Doc } from './feeds';

// Stand-ins of the systems' lists, over what a test stores: the documented arguments, shapes, order and pages of each.

export type Stored = { id: string; at: Date };
type Reply = { text: string };
type Args = Record<string, unknown>;
/** `failingCall`: which call of a fetch a test lets fail. */
type StandIn = { system: string; failingCall: number; tools: Record<string, (args: Args, stored: Stored[]) => Reply> };

/** Servers give fewer rows than they were asked for. */
const most = (limit: unknown) => Math.min(Number(limit), 40);
const json = (value: unknown): Reply => ({ text: JSON.stringify(value) });
const oldestFirst = (a: Stored, b: Stored) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1);
/** Those in a span of time, oldest first; without an order within one moment, as systems have none. */
const within = (stored: Stored[], from: unknown, to: unknown) =>
  stored
    .filter(({ at }) => at >= new Date(String(from)) && at < new Date(String(to)))
    .sort((a, b) => a.at.getTime() - b.at.getTime());
const group = (text: unknown, pattern: RegExp): string[] => pattern.exec(String(text))?.slice(1) ?? [];

export const STAND_INS: StandIn[] = [
  {
    system: 'scanner',
    failingCall: 3,
    tools: {
      get_scanner_context: () => json({ context_token: 'context' }),
      execute_query: ({ context_token, start_time, end_time }) =>
        context_token === 'context'
          ? json({ row_count: 1, result_handle: `${start_time} ${end_time}` })
          : json({ error: 'call get_scanner_context first' }),
      fetch_query_results: ({ result_handle, offset, limit }, stored) => {
        const found = within(stored, ...(String(result_handle).split(' ') as [string, string]));
        const page = found.slice(Number(offset), Number(offset) + most(limit));
        return json({ rows: page.map(scannerDoc), has_more: Number(offset) + page.length < found.length });
      },
    },
  },
  {
    system: 'elastic-agent-builder',
    failingCall: 1,
    tools: {
      platform_core_execute_esql: ({ query }, stored) => {
        const [from, to] = group(query, />= "([^"]+)" AND @timestamp < "([^"]+)"/);
        const [time, id] = group(query, /@timestamp == "([^"]+)" AND kibana\.alert\.uuid > "([^"]+)"/);
        const [limit] = group(query, /LIMIT (\d+)/);
        const columns = ['@timestamp', 'kibana.alert.uuid', 'kibana.alert.rule.name', 'kibana.alert.severity'];
        const values = within(stored, from, to)
          .sort(oldestFirst)
          .filter(({ at, id: own }) => !time || at > new Date(time) || (at.toISOString() === time && own > (id ?? '')))
          .slice(0, most(limit))
          .map(({ at, id: own }) => [at.toISOString(), own, 'A rule', 'high']);
        return json({
          results: [
            { type: 'query', data: { esql: query } },
            {
              type: 'esql_results',
              data: { query, columns: columns.map((name) => ({ name, type: 'keyword' })), values },
            },
          ],
        });
      },
    },
  },
  {
    system: 'splunk',
    failingCall: 1,
    tools: {
      splunk_run_query: ({ query, earliest_time, latest_time, row_limit }, stored) => {
        const iso = (seconds: unknown) => new Date(Number(seconds) * 1000).toISOString();
        const [time, id] = group(query, /poll_time = ([\d.]+) AND event_id > "([^"]+)"/);
        const results = within(stored, iso(earliest_time), iso(latest_time))
          .sort(oldestFirst)
          .map(({ at, id: own }) => ({ own, seconds: at.getTime() / 1000 }))
          .filter(
            ({ own, seconds }) => !time || seconds > Number(time) || (seconds === Number(time) && own > (id ?? '')),
          )
          .slice(0, most(row_limit))
          .map(({ own, seconds }) => ({
            event_id: own,
            _time: String(seconds),
            poll_time: String(seconds),
            rule_name: 'A rule',
            rule_title: 'A title',
            urgency: 'high',
          }));
        return json({ results });
      },
    },
  },
  {
    system: 'panther',
    failingCall: 2,
    tools: {
      // Newest first, and no other order.
      list_alerts: ({ start_date, end_date, page_size, cursor }, stored) => {
        const found = within(stored, start_date, end_date).reverse();
        const start = cursor ? found.findIndex(({ id }) => id === cursor) + 1 : 0;
        const page = found.slice(start, start + Math.min(Number(page_size), 50));
        return json({
          success: true,
          alerts: page.map(pantherDoc),
          total_alerts: page.length,
          has_next_page: start + page.length < found.length,
          end_cursor: page.at(-1)?.id ?? null,
        });
      },
    },
  },
  {
    system: 'crowdstrike-falcon',
    failingCall: 1,
    tools: {
      falcon_search_detections: ({ filter, limit, offset }, stored) => {
        const [from, to] = group(filter, /:>='([^']+)'\+created_timestamp:<'([^']+)'/);
        const found = within(stored, from, to).slice(Number(offset), Number(offset) + most(limit));
        return found.length === 0 ? json({ results: [], filter_used: filter }) : json(found.map(falconDoc));
      },
    },
  },
  {
    system: 'microsoft-sentinel-defender',
    failingCall: 2,
    tools: {
      ListIncidents: ({ createdAfter, createdBefore, top, skip }, stored) => {
        const found = within(stored, createdAfter, createdBefore)
          .filter(({ at }) => at > new Date(String(createdAfter)))
          .slice(Number(skip), Number(skip) + most(top));
        return json({ value: found.map(incidentDoc) });
      },
    },
  },
  {
    system: 'okta',
    failingCall: 2,
    tools: {
      get_logs: ({ since, until, filter, limit, after }, stored) => {
        const found = filter === 'severity eq "WARN" or severity eq "ERROR"' ? within(stored, since, until) : [];
        const start = Number(after ?? 0);
        const items = found.slice(start, start + most(limit)).map(oktaDoc);
        const end = start + items.length;
        const hasMore = end < found.length;
        return json({
          items,
          total_fetched: items.length,
          has_more: hasMore,
          fetch_all_used: false,
          next_cursor: hasMore ? String(end) : null,
        });
      },
    },
  },
  {
    system: 'github',
    failingCall: 2,
    tools: {
      // Newest first, and no argument for a time.
      list_secret_scanning_alerts: ({ page, perPage }, stored) =>
        json(githubPage(stored, 0, (Number(page) - 1) * most(perPage), most(perPage))),
      list_code_scanning_alerts: ({ page, perPage }, stored) =>
        json(githubPage(stored, 1, (Number(page) - 1) * most(perPage), most(perPage))),
      list_dependabot_alerts: ({ after, perPage }, stored) => {
        const start = Number(after ?? 0);
        const alerts = githubPage(stored, 2, start, most(perPage));
        const hasNextPage = alerts.length === most(perPage);
        return json({ alerts, pageInfo: { hasNextPage, endCursor: hasNextPage ? String(start + alerts.length) : '' } });
      },
    },
  },
];

/** A page of one of the three lists: every third alert, newest first, whatever else the system keeps. */
function githubPage(stored: Stored[], list: number, start: number, count: number): Doc[] {
  return [...stored]
    .filter(({ id }) => [...id].reduce((sum, char) => sum + char.charCodeAt(0), 0) % 3 === list)
    .sort((a, b) => b.at.getTime() - a.at.getTime())
    .slice(start, start + count)
    .map((one) => ({ ...githubDoc(one), ...GITHUB_KINDS[list] }));
}
/** The address is the alert's id. */
const githubDoc = ({ id, at }: Stored): Doc => ({
  number: 1,
  state: 'open',
  html_url: id,
  created_at: at.toISOString(),
});
const GITHUB_KINDS: Doc[] = [
  { secret_type: 'aws_access_key_id', secret_type_display_name: 'Amazon AWS Access Key ID' },
  {
    rule: { id: 'js/sql-injection', description: 'A rule', security_severity_level: 'high' },
    tool: { name: 'CodeQL' },
  },
  {
    dependency: { package: { name: 'django' }, manifest_path: 'requirements.txt' },
    security_advisory: { summary: 'A title', severity: 'high' },
  },
];

const oktaDoc = ({ id, at }: Stored): Doc => ({
  uuid: id,
  published: at.toISOString(),
  eventType: 'security.threat.detected',
  displayMessage: 'Request from suspicious actor',
  severity: 'ERROR',
  outcome: { result: 'DENY' },
});
const scannerDoc = ({ id, at }: Stored): Doc => ({
  id,
  detection_rule_id: 'rule-1',
  name: 'A rule',
  severity: 'High',
  severity_id: 4,
  timestamp: at.toISOString(),
});
const pantherDoc = ({ id, at }: Stored): Doc => ({
  id,
  type: 'RULE',
  title: 'A title',
  severity: 'HIGH',
  status: 'OPEN',
  createdAt: at.toISOString(),
  runbook: '',
});
const falconDoc = ({ id, at }: Stored): Doc => ({
  composite_id: id,
  display_name: 'A rule',
  severity: 70,
  severity_name: 'High',
  created_timestamp: at.toISOString(),
});
const incidentDoc = ({ id, at }: Stored): Doc => ({
  id,
  displayName: 'An incident',
  severity: 'high',
  incidentWebUrl: `https://security.microsoft.com/incidents/${id}`,
  createdDateTime: at.toISOString(),
});
