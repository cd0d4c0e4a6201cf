import { type CallAllowed, ToolFailure } from '../connections/with-tools';
import { type Doc, FEEDS, type Feed, quoted, rowsOf } from './feeds';

/** How a system gives one alert by its sender's id. */
export type Lookup = {
  source: Feed['source'];
  /** The tools that it calls; each must be allowed as a read. */
  tools: string[];
  /** Those of them that an id needs, where that is not all. */
  toolsFor?: (ref: string) => string[];
  /** The sender's id of an alert, as its adapter reads it. */
  ref: (doc: Doc) => unknown;
  /** The documents that the system gives for an id: none when it has no such alert. */
  find: (call: CallAllowed, ref: string, now: Date) => Promise<Doc[]>;
};

const DAY_MS = 86_400_000;
/** A newer alert is found without a scan of the whole year. */
const SPANS = [30, 365];
/** What Okta keeps. */
const OKTA_DAYS = 90;

/** By the part of an alert's address that names its kind. */
const GITHUB_TOOLS: Record<string, string> = {
  'code-scanning': 'get_code_scanning_alert',
  'secret-scanning': 'get_secret_scanning_alert',
  dependabot: 'get_dependabot_alert',
};

/** By the system's id in the catalogue. */
export const LOOKUPS: Record<string, Lookup> = {
  scanner: {
    ...of('scanner'),
    tools: ['get_scanner_context', 'execute_query', 'fetch_query_results'],
    find: (call, ref, now) =>
      inSpans([180, 365], async (days) => {
        const context = await call('get_scanner_context', {});
        const found = await call('execute_query', {
          query: `@index=_detections id:${quoted(ref)}`,
          start_time: daysBefore(now, days),
          end_time: now.toISOString(),
          max_rows: 10,
          ...(context?.context_token ? { context_token: context.context_token } : {}),
        });
        const { result_handle: handle } = found ?? {};
        if (handle === undefined || handle === null) return rowsOf(found);
        return rowsOf(await call('fetch_query_results', { result_handle: handle, offset: 0, limit: 10 }));
      }),
  },
  'elastic-agent-builder': {
    ...of('elastic-agent-builder'),
    tools: ['platform_core_execute_esql'],
    find: async (call, ref) =>
      rowsOf(
        await call('platform_core_execute_esql', {
          query: `FROM .alerts-security.alerts-* METADATA _id, _index | WHERE kibana.alert.uuid == ${quoted(ref)} | LIMIT 2`,
        }),
      ),
  },
  splunk: {
    ...of('splunk'),
    tools: ['splunk_run_query'],
    find: (call, ref, now) =>
      inSpans(SPANS, async (days) =>
        rowsOf(
          await call('splunk_run_query', {
            // The text of a time is in the user's zone; the epoch is not. `where` compares, `search` would take a * as any text.
            query: `| \`notable\` | eval fetch_time=_time | where event_id=${quoted(ref)} | head 2 | eval _time=fetch_time`,
            earliest_time: String(Math.floor((now.getTime() - days * DAY_MS) / 1000)),
            latest_time: String(Math.ceil(now.getTime() / 1000)),
            row_limit: 2,
          }),
        ),
      ),
  },
  panther: {
    ...of('panther'),
    tools: ['get_alert'],
    find: async (call, ref) => {
      const answer = await orNone(call('get_alert', { alert_id: ref }));
      // As its webhook names them: `id` is the rule's there.
      return docsOf(answer, 'alert').map(({ id, ...alert }) => ({ ...alert, alertId: id }));
    },
  },
  'crowdstrike-falcon': {
    ...of('crowdstrike-falcon'),
    tools: ['falcon_get_detection_details'],
    find: async (call, ref) => rowsOf(await orNone(call('falcon_get_detection_details', { ids: [ref] }))),
  },
  'microsoft-sentinel-defender': {
    ...of('microsoft-sentinel-defender'),
    tools: ['GetIncidentById', 'GetAlertByID'],
    toolsFor: (ref) => [isIncident(ref) ? 'GetIncidentById' : 'GetAlertByID'],
    find: async (call, ref) => {
      const answer = isIncident(ref)
        ? call('GetIncidentById', { incidentID: ref, includeAlertsData: true })
        : call('GetAlertByID', { AlertID: ref });
      return docsOf(await orNone(answer), 'value');
    },
  },
  okta: {
    ...of('okta'),
    tools: ['get_logs'],
    find: async (call, ref, now) =>
      rowsOf(await call('get_logs', { filter: `uuid eq ${quoted(ref)}`, since: daysBefore(now, OKTA_DAYS), limit: 2 })),
  },
  github: {
    source: 'github',
    ref: (doc) => doc.html_url,
    tools: Object.values(GITHUB_TOOLS),
    toolsFor: (ref) => [githubAlert(ref)?.tool].filter((tool) => tool !== undefined),
    find: async (call, ref) => {
      const alert = githubAlert(ref);
      if (!alert) return [];
      // Its answers leave fields out; the address is the id.
      return docsOf(await orNone(call(alert.tool, alert.args)), 'alert').map((doc) => ({ html_url: ref, ...doc }));
    },
  },
};

/** What the list of the same system says of its alerts. */
function of(system: string): Pick<Lookup, 'source' | 'ref'> {
  const feed = FEEDS[system];
  if (!feed) throw new Error(`There is no feed of ${system}.`);
  return { source: feed.source, ref: feed.ref };
}

/** An incident's id is a number; an alert's has letters. */
const isIncident = (ref: string): boolean => /^\d{1,20}$/.test(ref);

/** The call for https://github.com/OWNER/REPO/security/KIND/NUMBER, which is an alert's id. */
function githubAlert(ref: string): { tool: string; args: Doc } | undefined {
  const [, owner, repo, kind = '', number] =
    /^https:\/\/[^/\s]+\/([\w.-]+)\/([\w.-]+)\/security\/([a-z-]+)\/(\d{1,9})$/.exec(ref) ?? [];
  const tool = GITHUB_TOOLS[kind];
  return tool === undefined ? undefined : { tool, args: { owner, repo, alertNumber: Number(number) } };
}

const daysBefore = (now: Date, days: number): string => new Date(now.getTime() - days * DAY_MS).toISOString();

async function inSpans(spans: number[], find: (days: number) => Promise<Doc[]>): Promise<Doc[]> {
  for (const days of spans) {
    const docs = await find(days);
    if (docs.length > 0) return docs;
  }
  return [];
}

const UNKNOWN_ID = /\bnot found\b|\bno (?:such )?(?:alert|incident|detection)s?\b|\bdoes not exist\b|\b404\b/i;

/** A tool that says of an id that it doesn't exist has failed for its server, not for us. */
async function orNone<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ToolFailure && UNKNOWN_ID.test(error.answer)) return null;
    throw error;
  }
}

/** The documents of an answer: under a name, in a list, or the answer itself. */
function docsOf(answer: Doc | null, name: string): Doc[] {
  if (answer === null) return [];
  // A record with one list inside came as that list with the rest beside it.
  const { list, columns: _, rows: __, ...facts } = answer;
  const whole = typeof list === 'string' ? { ...facts, [list]: rowsOf(answer) } : answer;
  const inner = whole[name];
  if (Array.isArray(inner)) return inner.filter(isDoc);
  return [isDoc(inner) ? inner : whole];
}

const isDoc = (value: unknown): value is Doc => typeof value === 'object' && value !== null && !Array.isArray(value);
