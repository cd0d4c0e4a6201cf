import { z } from 'zod';
import { AskSource, askSource } from '../../agent/ask-source';
import { ProposeChanges, proposeChanges } from '../../agent/propose-changes';
import { listAlerts } from '../../alerts/list-alerts';
import { AlertQuery, AlertStatus, Severity } from '../../alerts/schema';
import { checkInvestigation } from '../../checks/check-investigation';
import { describeLogSource, LogQuery, listLogSources, queryLogs } from '../../connections/log-sources';
import { getConnection, listConnections } from '../../connections/read-connections';
import { isUuid } from '../../db/is-uuid';
import { listProposals } from '../../drafts/proposals';
import { readDraft } from '../../drafts/read-draft';
import { listEvidence } from '../../evidence/list-evidence';
import { readEvidence } from '../../evidence/read-evidence';
import type { EvidenceDetail } from '../../evidence/schema';
import { openInvestigation } from '../../investigations/open-investigation';
import { readRelated } from '../../library/read-related';
import { EverythingQuery, searchEverything } from '../../library/search-everything';
import { AlertReference, fetchAlert } from '../../polling/fetch-alert';
import { type Tool, tool } from './tool';
import { alertFacts, idOf, oneAlert, READ_TOOLS } from './tools';

const caseName = z.string().trim().min(1).max(200).describe('Id or codename of a case');
const caseId = async (name: string) => (isUuid(name) ? name : idOf(name));

/** What a person's own client has: everything that a run's model has, and the work on a case. */
export const DESK_TOOLS: Tool[] = [
  tool({
    name: 'list_alerts',
    verb: 'alerts.read',
    description:
      'The alert queue, most severe first: what is not closed, unless status says otherwise. Example: {"severity": ["critical", "high"], "limit": 20}',
    input: z.strictObject({
      status: z.array(AlertStatus).optional(),
      severity: z.array(Severity).optional(),
      q: z.string().max(300).optional().describe('Words that the alert has'),
      entity: z.string().max(2048).optional().describe('One whole entity, defanged or not'),
      sort: z.enum(['severity', 'time']).default('severity'),
      cursor: z.string().max(400).optional(),
      limit: z.number().int().min(1).max(100).default(30),
    }),
    run: async ({ actor }, { status, severity, ...query }) => {
      const lists = { ...(status ? { status } : {}), ...(severity ? { severity } : {}) };
      const { items, nextCursor } = await listAlerts(actor, AlertQuery.parse({ ...query, ...lists }));
      return { alerts: items.map(alertFacts), nextCursor };
    },
  }),
  tool({
    name: 'search',
    verb: 'library.search',
    description:
      'One box for all: alerts, cases, entities and people by a word, a name or an indicator; the five best of each. Example: {"q": "203.0.113.7"}',
    input: z.strictObject(EverythingQuery.shape),
    run: ({ actor }, input) => searchEverything(actor, input),
  }),
  ...READ_TOOLS,
  tool({
    name: 'fetch_alert',
    verb: 'alerts.ingest',
    description:
      'One alert by the id that its sender gave it: from here, else fetched through a connection of that source and taken in. Example: {"source": "panther", "sourceRef": "df1eb66c…"}',
    input: AlertReference,
    run: async ({ actor }, input) => oneAlert(actor, (await fetchAlert(actor, input)).alert.id),
  }),
  tool({
    name: 'open_investigation',
    verb: 'investigations.open',
    description:
      'Opens a case of one or more alerts and gives its id and codename. The alerts become open, and yours where they are nobody’s. Example: {"alertIds": ["0198…"]}',
    input: z.strictObject({ alertIds: z.array(z.uuid()).min(1).max(50) }),
    run: ({ actor }, input) => openInvestigation(actor, input),
  }),
  tool({
    name: 'related_cases',
    verb: 'library.search',
    description: 'Cases that share entities with one, the most telling first. Example: {"case": "brave-amber-otter"}',
    input: z.strictObject({ case: caseName }),
    run: async ({ actor }, input) => ({ cases: await readRelated(actor, await caseId(input.case)) }),
  }),
  tool({
    name: 'list_log_sources',
    verb: 'settings.read',
    description:
      'The log sources: name (the table in SQL), rows, first and last time, what was skipped. Call it before you query. Example: {}',
    input: z.strictObject({}),
    run: ({ actor }) => listLogSources(actor),
  }),
  tool({
    name: 'describe_log_source',
    verb: 'settings.read',
    description: 'The fields of one log source with types and sample values. Example: {"source": "cloudtrail"}',
    input: z.strictObject({ source: z.string().min(1).max(200) }),
    run: ({ actor }, { source }) => describeLogSource(actor, source),
  }),
  tool({
    name: 'query_logs',
    verb: 'logs.search',
    description:
      'One SELECT (DuckDB SQL) over the log sources within a time range; a source is a table, dotted fields in double quotes, _time is the time. ' +
      'With `case` the query and its rows are recorded as evidence E1, E2, … of that case, which the report can cite; without it nothing is recorded. ' +
      'Example: {"case": "brave-amber-otter", "sql": "SELECT eventName, count(*) AS n FROM cloudtrail GROUP BY 1 ORDER BY n DESC", "from": "2023-07-10T11:00:00Z", "to": "2023-07-10T13:00:00Z"}',
    input: LogQuery.extend({ case: caseName.optional() }),
    run: async ({ actor, signal }, { case: name, ...args }) =>
      name === undefined
        ? queryLogs(actor, args)
        : evidence(await askSource(actor, await caseId(name), { server: 'logs', tool: 'query', args }, signal)),
  }),
  tool({
    name: 'list_source_tools',
    verb: 'connections.read',
    description:
      'The tools of connected systems that call_source may call, with their arguments; beside them are logs (query, count_by, list_sources, describe_source) and socdown. Example: {}',
    input: z.strictObject({}),
    run: async ({ actor }) => {
      const enabled = (await listConnections(actor)).filter((connection) => connection.enabled);
      const details = await Promise.all(enabled.map(({ id }) => getConnection(actor, id)));
      const tools = details.flatMap(({ name, toolList }) =>
        toolList
          .filter((item) => item.class === 'read' && item.state === 'ok')
          .map((item) => ({ server: name, tool: item.name, ...item.pinned })),
      );
      return { tools };
    },
  }),
  tool({
    name: 'call_source',
    verb: 'evidence.record',
    description:
      'Calls one read-only tool of a connected system for a case and records the call as evidence. ' +
      'Example: {"case": "brave-amber-otter", "server": "logs", "tool": "count_by", "args": {"source": "cloudtrail", "field": "eventName", "from": "2023-07-10T00:00:00Z", "to": "2023-07-11T00:00:00Z"}}',
    input: AskSource.extend({ case: caseName }),
    run: async ({ actor, signal }, { case: name, ...call }) =>
      evidence(await askSource(actor, await caseId(name), call, signal)),
  }),
  tool({
    name: 'list_evidence',
    verb: 'evidence.read',
    description:
      'The evidence records of a case: what was asked of which source. Example: {"case": "brave-amber-otter"}',
    input: z.strictObject({ case: caseName, offset: z.number().int().min(0).default(0) }),
    run: async ({ actor }, input) => {
      const items = await listEvidence(actor, await caseId(input.case));
      const records = items.slice(input.offset, input.offset + RECORDS).map((item) => {
        const { number, server, tool: name, args, startedAt, status, error, rows, truncated } = item;
        return { number, tool: `${server}.${name}`, args, startedAt, status, error, rows, truncated };
      });
      const next = input.offset + records.length;
      return { records, nextOffset: next < items.length ? next : null };
    },
  }),
  tool({
    name: 'read_evidence',
    verb: 'evidence.read',
    description:
      'One evidence record with its arguments and rows, from `offset` on. Example: {"case": "brave-amber-otter", "number": 7}',
    input: z.strictObject({
      case: caseName,
      number: z.number().int().min(1),
      offset: z.number().int().min(0).default(0),
    }),
    run: async ({ actor }, { case: name, number, offset }) =>
      evidence(await readEvidence(actor, await caseId(name), number, { offset })),
  }),
  tool({
    name: 'read_draft',
    verb: 'drafts.read',
    description:
      'The report of a case as it stands, with the version that propose_changes needs. Example: {"case": "brave-amber-otter"}',
    input: z.strictObject({ case: caseName }),
    run: async ({ actor }, input) => readDraft(actor, await caseId(input.case)),
  }),
  tool({
    name: 'propose_changes',
    verb: 'proposals.create',
    description:
      'Proposes edits of the report, made against a version of the draft. Nothing changes until a person accepts them in Socdown, part by part. ' +
      'Each claim cites the evidence that shows it, like [E7]. Put what belongs together into one call. Words of people stay: write beside them. ' +
      'Example: {"case": "brave-amber-otter", "version": 1, "note": "Timeline of the stolen key", "edits": [{"edit": "write_section", "section": "Executive Summary", "markdown": "The key read 29 secrets [E2]."}]}',
    input: ProposeChanges.extend({ case: caseName }),
    run: async ({ actor }, { case: name, ...input }) => proposeChanges(actor, await caseId(name), input),
  }),
  tool({
    name: 'list_proposals',
    verb: 'proposals.read',
    description: 'Proposals of a case and what people decided about each part. Example: {"case": "brave-amber-otter"}',
    input: z.strictObject({ case: caseName }),
    run: async ({ actor }, input) => {
      const proposals = await listProposals(actor, await caseId(input.case));
      return {
        proposals: proposals.map(({ id, instruction, status, createdAt, hunks }) => ({
          id,
          note: instruction,
          status,
          createdAt,
          changes: hunks.map((hunk) => ({ id: hunk.id, status: hunk.status, before: hunk.before, after: hunk.after })),
        })),
      };
    },
  }),
  tool({
    name: 'run_checks',
    verb: 'checks.read',
    description:
      'Checks a report against its evidence: values that no cited record has, wrong citations, absence that no query supports, form; and what a fact check by a model found (`factCheck`: how much of the text it read). The draft, or a proposal as it would be. Example: {"case": "brave-amber-otter", "proposal": "0198…"}',
    input: z.strictObject({ case: caseName, proposal: z.uuid().optional() }),
    run: async ({ actor }, { case: name, proposal }) => {
      const { items, factCheck, ...checked } = await checkInvestigation(actor, await caseId(name), { proposal });
      const findings = items.slice(0, FINDINGS).map(({ line, severity, rule, message, fix }) => ({
        line,
        severity,
        rule,
        message,
        fix: fix?.label ?? null,
      }));
      const { statements, read, unread, models } = factCheck;
      return { ...checked, found: items.length, findings, factCheck: { statements, read, unread, models } };
    },
  }),
];

const RECORDS = 100;
const FINDINGS = 100;

/** A record as a model reads it: what was asked, and the rows as a table. */
function evidence({ table, text, args, ...record }: EvidenceDetail): Record<string, unknown> {
  const { number, server, tool: name, startedAt, status, error, rows, truncated, masked } = record;
  const facts = { evidence: `E${number}`, tool: `${server}.${name}`, args, startedAt, status, error, rows, truncated };
  if (!table) return { ...facts, masked, text };
  const { columns, rows: shown, total, offset } = table;
  return { ...facts, masked, total, offset, table: { columns, rows: shown } };
}
