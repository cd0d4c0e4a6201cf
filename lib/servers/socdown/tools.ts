import { type CallToolResult, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { findAlert } from '../../alerts/find-alert';
import { getAlert, listAlerts } from '../../alerts/list-alerts';
import { type AlertItem, AlertQuery, AlertStatus } from '../../alerts/schema';
import { type Actor, SYSTEM } from '../../auth/guard';
import { db } from '../../db/client';
import { readDraft } from '../../drafts/read-draft';
import { AppError } from '../../errors/app-error';
import { getInvestigation } from '../../investigations/get-investigation';
import { grepReports } from '../../library/grep-reports';
import { precedentVerdict } from '../../library/related-investigations';
import { log } from '../../log/log';
import { cut } from '../../report/plain-text';
import { readSection } from '../../report/report';
import { isEmptySection } from '../../report/template';
import { readRevision } from '../../store/history';
import { CaseSearch, entities, GIVE_SUBJECT, searchCases, UNREVIEWED } from './search-cases';
import { type Tool, type ToolContext, tool } from './tool';

const MAX_MARKDOWN = 60_000;
const MAX_RAW = 100_000;
const limit = z.number().int().min(1).max(50).default(10).describe('How many at most (default 10)');
const READ_ONLY = { annotations: { readOnlyHint: true, openWorldHint: false } };

/** Tools that read past cases and alerts: what a run's model has, and every client too. */
export const READ_TOOLS: Tool[] = [
  tool({
    name: 'search_cases',
    verb: 'library.search',
    description:
      'Past and open cases that share entities (users, ARNs, addresses, keys, hosts, hashes) or contain words; approved ones first, with their verdict and digest. ' +
      'rule: also the newest approved cases about alerts of that detection rule. A case that is not approved has no verdict yet. approved: true leaves those out. ' +
      'Give at least one of entities, query and rule. A precedent is a lead, never a proof. Example: {"entities": ["203.0.113.7", "deployer"]}',
    input: CaseSearch.extend({ limit }),
    run: searchCases,
  }),
  tool({
    name: 'get_case',
    verb: 'investigations.read',
    description:
      'The report of one case by its codename or id: the approved text where there is one (reviewed: true). Of a case that was never approved, what it recorded without its conclusions. ' +
      'Example: {"codename": "brave-amber-otter"}',
    input: z.strictObject({ id: z.uuid().optional(), codename: z.string().trim().min(1).max(200).optional() }),
    run: getCase,
  }),
  tool({
    name: 'grep_cases',
    verb: 'library.search',
    description:
      'Lines of approved reports that have a text (a name, a phrase, part of an indicator), in any case of letters. Example: {"text": "AssumeRole from 203[.]0[.]113"}',
    input: z.strictObject({ text: z.string().trim().min(3).max(200), limit: limit.default(30) }),
    run: ({ actor, self }, { text, limit: most }) => grepReports(actor, text, most, self ? { exclude: self } : {}),
  }),
  tool({
    name: 'search_alerts',
    verb: 'alerts.read',
    description:
      'Other alerts with these entities or words, newest first; open and closed ones, with their disposition. ' +
      'from and to: ISO 8601 UTC. Example: {"entities": ["AKIA…"], "from": "2026-01-01T00:00:00Z"}',
    input: z.strictObject({
      entities,
      query: z.string().max(300).optional(),
      limit,
      from: z.iso.datetime().optional(),
      to: z.iso.datetime().optional(),
    }),
    run: (context, input) => searchAlerts(context, input),
  }),
  tool({
    name: 'get_alert',
    verb: 'alerts.read',
    description:
      'One alert by its id, or as SOURCE:ID by the id that its sender gave it, with the raw document. Example: {"id": "0198…"}',
    input: z.strictObject({ id: z.string().trim().min(1).max(1100) }),
    run: async ({ actor }, { id }) => oneAlert(actor, await findAlert(actor, id)),
  }),
];

/** The server of a run, over stdio: it reads as the system. `self`: the investigation that asks; its own case is no precedent. */
export function createServer(self: string | null): McpServer {
  const server = new McpServer({ name: 'socdown', version: '1.0.0' });
  for (const { name, description, input, run } of READ_TOOLS) {
    server.registerTool(name, { ...READ_ONLY, description, inputSchema: input }, (args, { mcpReq }) =>
      answer(() => run({ actor: SYSTEM, self, signal: mcpReq.signal }, args)),
    );
  }
  return server;
}

/** What was approved, where something was; else what the draft has on record, without what nobody has reviewed. */
async function getCase(
  { actor, self }: ToolContext,
  input: { id?: string | undefined; codename?: string | undefined },
) {
  const id = input.id ?? (await idOf(input.codename));
  if (id === self)
    throw new AppError('bad_request', 'This is the case under investigation. It can’t be its own precedent.');
  const { approved, ...found } = await getInvestigation(actor, id);
  const { codename, title, status, assessment, approvedAt, path } = found;
  const markdown = approved
    ? (await readRevision(actor, id, approved.revision)).markdown
    : recordsOf((await readDraft(actor, id)).markdown);
  const facts = { id, codename, title, status, assessment, ...precedentVerdict(found), approvedAt, path };
  return {
    ...facts,
    reviewed: approved !== null,
    truncated: markdown.length > MAX_MARKDOWN,
    markdown: cut(markdown, MAX_MARKDOWN),
  };
}

/** The id of a case by its codename. @throws AppError not_found; bad_request for none */
export async function idOf(codename: string | undefined): Promise<string> {
  if (!codename) throw new AppError('bad_request', 'Give the codename or the id of a case.');
  const found = await db().investigation.findUnique({ where: { codename }, select: { id: true } });
  if (!found) throw new AppError('not_found', `There is no case ${codename}. search_cases finds them.`);
  return found.id;
}

/** The sections of a draft that tell what was seen and done; its conclusions are nobody's yet. */
function recordsOf(markdown: string): string {
  const kept = (['Timeline', 'Investigation Process', 'Technical Details'] as const).flatMap((section) => {
    const text = readSection(markdown, section);
    return text === null || isEmptySection(section, text) ? [] : [`## ${section}\n\n${text.trim()}`];
  });
  return [`_${UNREVIEWED} Its conclusions are left out._`, ...kept].join('\n\n');
}

type AlertSearch = TimeRange & { query?: string | undefined; entities?: string[] | undefined };
type TimeRange = { from?: string | undefined; to?: string | undefined; limit: number };

async function searchAlerts({ actor, self }: ToolContext, input: AlertSearch) {
  const asked = [...(input.entities ?? []), ...(input.query ? [input.query] : [])];
  if (asked.length === 0) throw new AppError('bad_request', GIVE_SUBJECT);
  const found = new Map<string, AlertItem>();
  let complete = asked.length <= MAX_QUESTIONS;
  // One question each: the queue's search wants all words of a query, and here any entity will do.
  for (const q of asked.slice(0, MAX_QUESTIONS))
    complete = (await findAlerts({ actor, self }, q, input, found)) && complete;
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
  { actor, self }: Pick<ToolContext, 'actor' | 'self'>,
  q: string,
  range: TimeRange,
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
    const page = await listAlerts(actor, query);
    for (const item of page.items) {
      if (item.occurredAt < from) return true;
      if (item.occurredAt > to || item.investigation?.id === self) continue; // its own alerts it knows
      found.set(item.id, item);
      taken += 1;
    }
    if (page.nextCursor === null) return true;
    if (taken > range.limit) return false;
    cursor = page.nextCursor;
  }
  return false;
}

export function alertFacts(item: AlertItem) {
  const { id, source, title, rule, severity, status, disposition, occurredAt, count, techniques } = item;
  const facts = { id, source, title, rule, severity, status, disposition, occurredAt, count, techniques };
  return { ...facts, entities: item.entities.slice(0, 20), investigation: caseNameOf(item) };
}

/** Without its classification: a verdict that nobody approved is no precedent (lib/library/related-investigations). */
function caseNameOf({ investigation }: AlertItem) {
  return investigation && { id: investigation.id, codename: investigation.codename, status: investigation.status };
}

/** The document of a sender may be a log dump. */
export async function oneAlert(actor: Actor, id: string) {
  const found = await getAlert(actor, id);
  const alert = { ...found, investigation: caseNameOf(found) };
  const raw = JSON.stringify(alert.raw) ?? '';
  if (raw.length <= MAX_RAW) return { alert, truncated: false };
  return { alert: { ...alert, raw: cut(raw, MAX_RAW) }, truncated: true };
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
