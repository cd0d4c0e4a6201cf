import type { ALERT_SOURCES } from '../alerts/schema';
import type { CallAllowed } from '../connections/with-tools';
import { github } from './github-feed';

export type Doc = Record<string, unknown>;
type Structured = Record<string, unknown> | null;
/** Alerts from `from` (included) to `to` (not included). */
export type Window = { from: Date; to: Date };

/** How a system lists its alerts. */
export type Feed = {
  source: (typeof ALERT_SOURCES)[number];
  /** The tools that it calls; each must be allowed as a read. */
  tools: string[];
  /** The sender's id of an alert, as its adapter reads it. */
  ref: (doc: Doc) => unknown;
  /** All alerts of a window, page by page, in any order. An alert may come twice. */
  pages: (call: CallAllowed, window: Window, repositories: string[]) => AsyncGenerator<Doc[]>;
};

/** Pages of one window; a window with more is an error, never a gap. */
const MAX_PAGES = 500;

/** By the system's id in the catalogue. */
export const FEEDS: Record<string, Feed> = {
  github,
  scanner: {
    source: 'scanner',
    tools: ['get_scanner_context', 'execute_query', 'fetch_query_results'],
    ref: (doc) => doc.id,
    async *pages(call, { from, to }) {
      const context = await call('get_scanner_context', {});
      const found = await call('execute_query', {
        query: '@index=_detections staging=false',
        start_time: from.toISOString(),
        end_time: to.toISOString(),
        max_rows: 100_000,
        ...(context?.context_token ? { context_token: context.context_token } : {}),
      });
      const { result_handle: handle } = found ?? {};
      if (handle === undefined || handle === null) return yield rowsOf(found);
      yield* byOffset(500, (offset, limit) => call('fetch_query_results', { result_handle: handle, offset, limit }));
    },
  },
  'elastic-agent-builder': {
    source: 'elastic',
    tools: ['platform_core_execute_esql'],
    ref: (doc) => doc['kibana.alert.uuid'],
    pages: (call, { from, to }) =>
      ascending(
        500,
        (after, limit) =>
          call('platform_core_execute_esql', {
            query: [
              'FROM .alerts-security.alerts-* METADATA _id, _index',
              `WHERE @timestamp >= "${from.toISOString()}" AND @timestamp < "${to.toISOString()}"`,
              ...(after
                ? [
                    `WHERE @timestamp > ${quoted(after.time)} OR (@timestamp == ${quoted(after.time)} AND kibana.alert.uuid > ${quoted(after.ref)})`,
                  ]
                : []),
              'SORT @timestamp ASC, kibana.alert.uuid ASC',
              `LIMIT ${limit}`,
            ].join(' | '),
          }),
        (doc) => ({ time: doc['@timestamp'], ref: doc['kibana.alert.uuid'] }),
      ),
  },
  splunk: {
    source: 'splunk',
    tools: ['splunk_run_query'],
    ref: (doc) => doc.event_id,
    pages: (call, { from, to }) =>
      ascending(
        500,
        (after, limit) =>
          call('splunk_run_query', {
            query: [
              '| `notable`',
              // The text of a time is in the user's zone; the epoch is not.
              'eval poll_time=_time',
              ...(after
                ? [
                    `where poll_time > ${Number(after.time)} OR (poll_time = ${Number(after.time)} AND event_id > ${quoted(after.ref)})`,
                  ]
                : []),
              'sort 0 poll_time, event_id',
              `head ${limit}`,
              'eval _time=poll_time',
            ].join(' | '),
            earliest_time: String(from.getTime() / 1000),
            latest_time: String(to.getTime() / 1000),
            row_limit: limit,
          }),
        (doc) => ({ time: doc.poll_time, ref: doc.event_id }),
      ),
  },
  panther: {
    source: 'panther',
    tools: ['list_alerts'],
    ref: (doc) => doc.alertId,
    async *pages(call, { from, to }) {
      let cursor: unknown;
      for (let page = 1; ; page += 1) {
        checkPages(page);
        const answer = await call('list_alerts', {
          start_date: from.toISOString(),
          end_date: to.toISOString(),
          page_size: 50,
          event_count_min: 1,
          ...(cursor ? { cursor } : {}),
        });
        // As its webhook names them: `id` is the rule's there.
        yield rowsOf(answer).map(({ id, ...alert }) => ({ ...alert, alertId: id }));
        if (answer?.has_next_page !== true) return;
        if (!answer.end_cursor || answer.end_cursor === cursor) throw new Error('The next page has no cursor.');
        cursor = answer.end_cursor;
      }
    },
  },
  'crowdstrike-falcon': {
    source: 'crowdstrike',
    tools: ['falcon_search_detections'],
    ref: (doc) => doc.composite_id,
    pages: (call, { from, to }) =>
      byOffset(500, (offset, limit) =>
        call('falcon_search_detections', {
          filter: `created_timestamp:>='${from.toISOString()}'+created_timestamp:<'${to.toISOString()}'`,
          sort: 'created_timestamp.asc',
          limit,
          offset,
        }),
      ),
  },
  'microsoft-sentinel-defender': {
    source: 'defender',
    tools: ['ListIncidents'],
    ref: (doc) => doc.id,
    pages: (call, { from, to }) =>
      byOffset(50, (skip, top) =>
        call('ListIncidents', {
          // After, not from: a moment earlier.
          createdAfter: new Date(from.getTime() - 1).toISOString(),
          createdBefore: to.toISOString(),
          orderBy: 'createdDateTime asc',
          includeAlertsData: true,
          top,
          skip,
        }),
      ),
  },
  okta: {
    source: 'okta',
    tools: ['get_logs'],
    ref: (doc) => doc.uuid,
    async *pages(call, { from, to }) {
      let after: unknown;
      for (let page = 1; ; page += 1) {
        checkPages(page);
        const answer = await call('get_logs', {
          since: from.toISOString(),
          until: to.toISOString(),
          // What Okta itself marks; the rest of the System Log is everybody's daily sign-ins.
          filter: 'severity eq "WARN" or severity eq "ERROR"',
          limit: 100,
          ...(after ? { after } : {}),
        });
        yield rowsOf(answer);
        if (answer?.has_more !== true) return;
        if (!answer.next_cursor || answer.next_cursor === after) throw new Error('The next page has no cursor.');
        after = answer.next_cursor;
      }
    },
  },
};

/** The records of an answer: its rows by their columns. Empty values are left out. */
export function rowsOf(answer: Structured): Doc[] {
  const { columns, rows } = answer ?? {};
  if (!Array.isArray(columns) || !Array.isArray(rows)) return [];
  return rows.map((row: unknown[]) =>
    Object.fromEntries(columns.map((name, at) => [String(name), row[at]]).filter(([, value]) => value !== null)),
  );
}

type Key = { time: unknown; ref: unknown };

/**
 * Pages of a list sorted by time and then id: each begins behind the last row of the one before, also within one moment. The end is
 * an empty page: a system may give fewer rows than it was asked for.
 */
async function* ascending(
  limit: number,
  read: (after: Key | null, limit: number) => Promise<Structured>,
  keyOf: (doc: Doc) => Key,
): AsyncGenerator<Doc[]> {
  let after: Key | null = null;
  for (let page = 1; ; page += 1) {
    checkPages(page);
    const docs: Doc[] = rowsOf(await read(after, limit));
    yield docs;
    const last = docs.at(-1);
    if (!last) return;
    const next = keyOf(last);
    if (after && next.time === after.time && next.ref === after.ref) throw new Error('The list repeats its last page.');
    after = next;
  }
}

async function* byOffset(
  limit: number,
  read: (offset: number, limit: number) => Promise<Structured>,
): AsyncGenerator<Doc[]> {
  for (let page = 1, offset = 0; ; page += 1) {
    checkPages(page);
    const docs = rowsOf(await read(offset, limit));
    if (docs.length === 0) return;
    yield docs;
    offset += docs.length;
  }
}

export function checkPages(page: number): void {
  if (page > MAX_PAGES) throw new Error(`The list has more than ${MAX_PAGES} pages.`);
}

/** As a literal of ES|QL or SPL: an id is outside text. */
export const quoted = (value: unknown): string => JSON.stringify(String(value));
