import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { findEntities, refang } from '../../alerts/entities';
import { getAlert, listAlerts } from '../../alerts/list-alerts';
import { type AlertItem, AlertQuery, AlertStatus, type Entity } from '../../alerts/schema';
import { SYSTEM } from '../../auth/guard';
import { readDraft } from '../../drafts/read-draft';
import { AppError } from '../../errors/app-error';
import { getInvestigation } from '../../investigations/get-investigation';
import type { InvestigationItem } from '../../investigations/schema';
import { precedentVerdict, relatedInvestigations } from '../../library/related-investigations';
import { searchInvestigations } from '../../library/search-investigations';
import { log } from '../../log/log';
import { cut } from '../../report/plain-text';
import { readRevision } from '../../store/history';

const MAX_MARKDOWN = 60_000;
const MAX_RAW = 100_000;
const limit = z.number().int().min(1).max(50).default(10).describe('How many at most (default 10)');
const entities = z.array(z.string().trim().min(1).max(500)).max(50).optional();
const READ_ONLY = { annotations: { readOnlyHint: true, openWorldHint: false } };

/** The four tools. `self`: the investigation that asks; its own case is no precedent. */
export function createServer(self: string | null): McpServer {
  const server = new McpServer({ name: 'socdown', version: '1.0.0' });

  server.registerTool(
    'search_cases',
    {
      ...READ_ONLY,
      description:
        'Past and open cases that share entities (users, ARNs, addresses, keys, hosts, hashes) or contain words. A case whose status is not ' +
        '"approved" is unreviewed. Say entities, a query, or both. A precedent is a lead, never a proof. Example: {"entities": ["203.0.113.7", "deployer"]}',
      inputSchema: z.strictObject({ query: z.string().max(300).optional(), entities, limit }),
    },
    (input) => answer(() => searchCases(self, input)),
  );

  server.registerTool(
    'get_case',
    {
      ...READ_ONLY,
      description:
        'The report of one case by its id from search_cases: the approved text where there is one (reviewed: true), else the draft. Example: {"id": "0198…"}',
      inputSchema: z.strictObject({ id: z.uuid() }),
    },
    ({ id }) => answer(() => getCase(self, id)),
  );

  server.registerTool(
    'search_alerts',
    {
      ...READ_ONLY,
      description:
        'Other alerts with these entities or words, newest first; open and closed ones, with their disposition. ' +
        'from and to: ISO 8601 UTC. Example: {"entities": ["AKIA…"], "from": "2026-01-01T00:00:00Z"}',
      inputSchema: z.strictObject({
        entities,
        query: z.string().max(300).optional(),
        limit,
        from: z.iso.datetime().optional(),
        to: z.iso.datetime().optional(),
      }),
    },
    (input) => answer(() => searchAlerts(input)),
  );

  server.registerTool(
    'get_alert',
    {
      ...READ_ONLY,
      description: 'One alert by its id, with the raw document of its sender. Example: {"id": "0198…"}',
      inputSchema: z.strictObject({ id: z.uuid() }),
    },
    ({ id }) => answer(() => oneAlert(id)),
  );
  return server;
}

async function searchCases(self: string | null, input: { query?: string; entities?: string[]; limit: number }) {
  if (!input.query && !input.entities?.length) throw new AppError('bad_request', 'Say entities or a query.');
  const exclude = self ?? undefined;
  const found = new Map<string, InvestigationItem & { matchedEntities: string[] }>();
  const asked = entitiesOf(input.entities ?? []);
  if (asked.length > 0) {
    for (const item of await relatedInvestigations(SYSTEM, { entities: asked }, input.limit, { exclude })) {
      found.set(item.id, { ...item, matchedEntities: item.shared.map(({ value }) => value) });
    }
  }
  if (input.query) {
    const page = await searchInvestigations(SYSTEM, { q: input.query, limit: input.limit }, { exclude });
    for (const item of page.items) if (!found.has(item.id)) found.set(item.id, { ...item, matchedEntities: [] });
  }
  return { cases: [...found.values()].slice(0, input.limit).map(caseFacts) };
}

function caseFacts(item: InvestigationItem & { matchedEntities: string[] }) {
  const { id, codename, title, status, assessment, approvedAt, path, summary, techniques, matchedEntities } = item;
  const facts = { id, codename, title, status, assessment, ...precedentVerdict(item), approvedAt, path };
  return { ...facts, summary, techniques, matchedEntities: matchedEntities.slice(0, 50) };
}

/** What was approved, where something was; else the draft, which `reviewed: false` says. */
async function getCase(self: string | null, id: string) {
  if (id === self)
    throw new AppError('bad_request', 'This is the case under investigation; it is no precedent of itself.');
  const { approved, ...found } = await getInvestigation(SYSTEM, id);
  const { codename, title, status, assessment, approvedAt, path } = found;
  const { markdown } = approved ? await readRevision(SYSTEM, id, approved.revision) : await readDraft(SYSTEM, id);
  const facts = { id, codename, title, status, assessment, ...precedentVerdict(found), approvedAt, path };
  return {
    ...facts,
    reviewed: approved !== null,
    truncated: markdown.length > MAX_MARKDOWN,
    markdown: cut(markdown, MAX_MARKDOWN),
  };
}

async function searchAlerts(input: { query?: string; entities?: string[]; from?: string; to?: string; limit: number }) {
  const asked = [...(input.entities ?? []), ...(input.query ? [input.query] : [])];
  if (asked.length === 0) throw new AppError('bad_request', 'Say entities or a query.');
  const found = new Map<string, AlertItem>();
  let complete = asked.length <= MAX_QUESTIONS;
  // One question each: the queue's search wants all words of a query, and here any entity will do.
  for (const q of asked.slice(0, MAX_QUESTIONS)) complete = (await findAlerts(q, input, found)) && complete;
  const newest = [...found.values()].sort((a, b) => b.occurredAt.localeCompare(a.occurredAt));
  return {
    alerts: newest.slice(0, input.limit).map(alertFacts),
    truncated: newest.length > input.limit || !complete,
  };
}

const MAX_QUESTIONS = 20;
const MAX_PAGES = 10;
const PAGE = 200;

/** Adds what matches inside the time range, newest first, until there is enough. False when it stopped before the range's end. */
async function findAlerts(
  q: string,
  range: { from?: string; to?: string; limit: number },
  found: Map<string, AlertItem>,
): Promise<boolean> {
  const from = range.from ? new Date(range.from).toISOString() : '';
  const to = range.to ? new Date(range.to).toISOString() : '9999';
  let cursor: string | undefined;
  let taken = 0;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const query = AlertQuery.parse({
      q: q.slice(0, 300),
      status: AlertStatus.options,
      sort: 'time',
      limit: PAGE,
      cursor,
    });
    const page = await listAlerts(SYSTEM, query);
    for (const item of page.items) {
      if (item.occurredAt < from) return true;
      if (item.occurredAt > to) continue;
      found.set(item.id, item);
      taken += 1;
    }
    if (page.nextCursor === null) return true;
    if (taken > range.limit) return false;
    cursor = page.nextCursor;
  }
  return false;
}

function alertFacts(item: AlertItem) {
  const { id, source, title, rule, severity, status, disposition, occurredAt, count, techniques } = item;
  const facts = { id, source, title, rule, severity, status, disposition, occurredAt, count, techniques };
  return { ...facts, entities: item.entities.slice(0, 20), investigation: caseNameOf(item) };
}

/** Without its classification: a verdict that nobody approved is no precedent (lib/library/related-investigations). */
function caseNameOf({ investigation }: AlertItem) {
  return investigation && { id: investigation.id, codename: investigation.codename, status: investigation.status };
}

/** The document of a sender may be a log dump. */
async function oneAlert(id: string) {
  const found = await getAlert(SYSTEM, id);
  const alert = { ...found, investigation: caseNameOf(found) };
  const raw = JSON.stringify(alert.raw) ?? '';
  if (raw.length <= MAX_RAW) return { alert, truncated: false };
  return { alert: { ...alert, raw: cut(raw, MAX_RAW) }, truncated: true };
}

/** What a plain name may be, when its form doesn't say. */
const NAMED = [
  'user',
  'host',
  'role',
  'access_key',
  'account',
  'bucket',
  'resource',
  'instance',
  'process',
  'file',
] as const;

/** Entities as they may be asked for: what each text is by its form, and each kind of plain name. Defanged ones too. */
function entitiesOf(values: string[]): Entity[] {
  const plain = values.map(refang);
  return [
    ...plain.flatMap((value) => findEntities(value)),
    ...plain.flatMap((value) => NAMED.map((kind) => ({ kind, value }))),
  ];
}

async function answer(ask: () => Promise<Record<string, unknown>>): Promise<CallToolResult> {
  try {
    const structuredContent = JSON.parse(JSON.stringify(await ask())) as Record<string, unknown>;
    return { structuredContent, content: [{ type: 'text', text: JSON.stringify(structuredContent) }] };
  } catch (error) {
    if (!(error instanceof AppError)) log.error({ err: error }, 'socdown tool');
    const text =
      error instanceof AppError
        ? error.userMessage
        : 'The search failed in Socdown itself; its log says why. Go on without it and state the gap.';
    return { isError: true, content: [{ type: 'text', text }] };
  }
}
