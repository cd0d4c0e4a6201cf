import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { findEntities } from '../../alerts/entities';
import { getAlert, listAlerts } from '../../alerts/list-alerts';
import { type AlertItem, AlertQuery, AlertStatus, type Entity } from '../../alerts/schema';
import { SYSTEM } from '../../auth/guard';
import { readDraft } from '../../drafts/read-draft';
import { AppError, errorMessage } from '../../errors/app-error';
import { getInvestigation } from '../../investigations/get-investigation';
import { type InvestigationItem, InvestigationQuery } from '../../investigations/schema';
import { relatedInvestigations } from '../../library/related-investigations';
import { searchInvestigations } from '../../library/search-investigations';
import { log } from '../../log/log';

const MAX_MARKDOWN = 60_000;
const limit = z.number().int().min(1).max(50).default(10).describe('How many at most (default 10)');
const entities = z.array(z.string().min(1).max(500)).max(50).optional();
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
        '"approved" is unreviewed. A precedent is a lead, never a proof. Example: {"entities": ["203.0.113.7", "deployer"]}',
      inputSchema: z.strictObject({ query: z.string().max(300).optional(), entities, limit }),
    },
    (input) => answer(() => searchCases(self, input)),
  );

  server.registerTool(
    'get_case',
    {
      ...READ_ONLY,
      description: 'The report of one case by its id from search_cases. Example: {"id": "0198…"}',
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
        ...{ entities, query: z.string().max(300).optional(), limit },
        ...{ from: z.iso.datetime().optional(), to: z.iso.datetime().optional() },
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
    ({ id }) => answer(async () => ({ alert: await getAlert(SYSTEM, id) })),
  );
  return server;
}

async function searchCases(self: string | null, input: { query?: string; entities?: string[]; limit: number }) {
  const found = new Map<string, InvestigationItem & { matchedEntities: string[] }>();
  const asked = entitiesOf(input.entities ?? []);
  if (asked.length > 0) {
    for (const item of await relatedInvestigations(SYSTEM, { entities: asked }, input.limit, {
      exclude: self ?? undefined,
    })) {
      found.set(item.id, { ...item, matchedEntities: item.shared.map(({ value }) => value) });
    }
  }
  if (input.query) {
    const query = InvestigationQuery.parse({ q: input.query, limit: input.limit });
    for (const item of (await searchInvestigations(SYSTEM, query)).items) {
      if (!found.has(item.id)) found.set(item.id, { ...item, matchedEntities: [] });
    }
  }
  const cases = [...found.values()].filter(({ id }) => id !== self).slice(0, input.limit);
  return {
    cases: cases.map(
      ({
        id,
        codename,
        title,
        status,
        classification,
        confidence,
        approvedAt,
        path,
        summary,
        techniques,
        matchedEntities,
      }) => ({
        ...{
          id,
          codename,
          title,
          status,
          classification,
          confidence,
          approvedAt,
          path,
          summary,
          techniques,
          matchedEntities,
        },
      }),
    ),
  };
}

async function getCase(self: string | null, id: string) {
  if (id === self)
    throw new AppError('bad_request', 'This is the case under investigation; it is no precedent of itself.');
  const { codename, title, status, classification, confidence, approvedAt, path } = await getInvestigation(SYSTEM, id);
  const { markdown } = await readDraft(SYSTEM, id);
  const truncated = markdown.length > MAX_MARKDOWN;
  const facts = { id, codename, title, status, classification, confidence, approvedAt, path };
  return { ...facts, truncated, markdown: truncated ? markdown.slice(0, MAX_MARKDOWN) : markdown };
}

async function searchAlerts(input: { query?: string; entities?: string[]; from?: string; to?: string; limit: number }) {
  const words = [...(input.entities ?? []), ...(input.query ? [input.query] : [])];
  if (words.length === 0) throw new AppError('bad_request', 'Say entities or a query.');
  const found = new Map<string, AlertItem>();
  // One question a word: the queue's search finds alerts that contain all words of a query, and any entity may match here.
  for (const q of words.slice(0, 20)) {
    const query = AlertQuery.parse({ q: q.slice(0, 300), status: AlertStatus.options, sort: 'time', limit: 100 });
    for (const item of (await listAlerts(SYSTEM, query)).items) found.set(item.id, item);
  }
  const inRange = [...found.values()]
    .filter(
      (item) =>
        (!input.from || item.occurredAt >= new Date(input.from).toISOString()) &&
        (!input.to || item.occurredAt <= new Date(input.to).toISOString()),
    )
    .sort((a, b) => b.occurredAt.localeCompare(a.occurredAt));
  return {
    alerts: inRange.slice(0, input.limit).map((item) => ({
      ...{
        id: item.id,
        source: item.source,
        title: item.title,
        rule: item.rule,
        severity: item.severity,
        status: item.status,
      },
      ...{ disposition: item.disposition, occurredAt: item.occurredAt, count: item.count, techniques: item.techniques },
      entities: item.entities.slice(0, 20),
    })),
    truncated: inRange.length > input.limit,
  };
}

/** Entities as they may be asked for: what the text is by its form, and also a plain user or host name. */
function entitiesOf(values: string[]): Entity[] {
  return values.flatMap((value) => [
    ...findEntities(value),
    ...(['user', 'host', 'role', 'access_key', 'account', 'bucket', 'resource'] as const).map((kind) => ({
      kind,
      value,
    })),
  ]);
}

async function answer(ask: () => Promise<Record<string, unknown>>): Promise<CallToolResult> {
  try {
    const structuredContent = JSON.parse(JSON.stringify(await ask())) as Record<string, unknown>;
    return { structuredContent, content: [{ type: 'text', text: JSON.stringify(structuredContent) }] };
  } catch (error) {
    if (!(error instanceof AppError)) log.error({ err: error }, 'socdown tool');
    const text = error instanceof AppError ? error.userMessage : `The search failed: ${errorMessage(error)}`;
    return { isError: true, content: [{ type: 'text', text }] };
  }
}
