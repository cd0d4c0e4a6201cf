import { z } from 'zod';
import { ApprovalView, DecideCall } from '@/lib/agent/approval-schema';
import { Coaching } from '@/lib/agent/coachings';
import { RunEventBody, RunView, StartRun } from '@/lib/agent/events';
import { ModelSettings } from '@/lib/agent/model/model-settings';
import { PromptDetail, PromptItem } from '@/lib/agent/prompts';
import { ALERT_SOURCES, AlertDetail, AlertItem, AlertPatch, AlertQuery } from '@/lib/alerts/schema';
import { CheckQuery, CheckReport } from '@/lib/checks/finding';
import {
  ConnectionChange,
  ConnectionDetail,
  ConnectionView,
  DecideTools,
  NewConnection,
} from '@/lib/connections/schema';
import { DecideProposal, DraftView, ProposalView, SaveDraft } from '@/lib/drafts/schema';
import { ERROR_STATUS } from '@/lib/errors/app-error';
import { Coverage } from '@/lib/evidence/coverage';
import { EvidenceDetail, EvidenceItem } from '@/lib/evidence/schema';
import { ExportQuery } from '@/lib/exports/schema';
import {
  HistoryEntry,
  InvestigationDetail,
  InvestigationItem,
  InvestigationQuery,
  OpenInvestigation,
} from '@/lib/investigations/schema';
import { BlameRange } from '@/lib/reviews/blame';
import {
  AddComment,
  ApplySuggestion,
  CommentView,
  DecideReview,
  RequestReviewers,
  ResolveThread,
  ReviewDetail,
  ReviewItem,
  ReviewPolicy,
  ReviewQuery,
  SubmitReview,
} from '@/lib/reviews/schema';
import { StoreHealth } from '@/lib/store/schema';

type Operation = {
  summary: string;
  query?: z.ZodType;
  body?: z.ZodType;
  /** Status and schema of the good answer. */
  answer: [number, z.ZodType];
  /** Header parameters by name. */
  headers?: Record<string, string>;
};

const page = (item: z.ZodType) => z.object({ items: z.array(item), nextCursor: z.string().nullable() });
const items = (item: z.ZodType) => z.object({ items: z.array(item) });
const created = z.object({ id: z.string() });
const ingested = z.object({ accepted: z.number(), duplicates: z.number(), ids: z.array(z.string()) });

/** Every operation of the public API, `METHOD /path`. A test holds it against the route files. */
export const OPERATIONS: Record<string, Operation> = {
  'POST /api/webhooks/{source}': {
    summary: `Take in alerts as their sender shapes them: one, an array, or concatenated objects. Sources: ${ALERT_SOURCES.join(', ')}.`,
    body: z.unknown(),
    answer: [202, ingested],
  },
  'GET /api/alerts': { summary: 'The queue, a page at a time.', query: AlertQuery, answer: [200, page(AlertItem)] },
  'POST /api/alerts': { summary: 'A manual alert in the generic shape.', body: z.unknown(), answer: [202, ingested] },
  'GET /api/alerts/{id}': { summary: 'One alert with its raw document.', answer: [200, AlertDetail] },
  'PATCH /api/alerts/{id}': { summary: 'Triage an alert.', body: AlertPatch, answer: [200, AlertItem] },
  'GET /api/investigations': {
    summary: 'Search approved and open investigations.',
    query: InvestigationQuery,
    answer: [200, page(InvestigationItem)],
  },
  'POST /api/investigations': {
    summary: 'Open an investigation of one or more alerts.',
    body: OpenInvestigation,
    answer: [201, z.object({ id: z.string(), codename: z.string(), path: z.string() })],
  },
  'GET /api/investigations/{id}': { summary: 'One investigation.', answer: [200, InvestigationDetail] },
  'GET /api/investigations/{id}/draft': { summary: 'The draft; its version is the ETag.', answer: [200, DraftView] },
  'PUT /api/investigations/{id}/draft': {
    summary: 'Save the draft. 412 with both texts and their merge when If-Match is not the current version.',
    headers: { 'If-Match': 'the version this text was made from, in quotes' },
    body: SaveDraft,
    answer: [200, DraftView],
  },
  'POST /api/investigations/{id}/runs': {
    summary:
      'Investigate; or coach with an instruction, a one-click coaching, a selected passage; or only ask. fresh: the sources are asked again instead of reusing settled answers. With a model of the list, or the default.',
    body: StartRun,
    answer: [202, created],
  },
  'GET /api/investigations/{id}/runs': { summary: 'The newest runs.', answer: [200, items(RunView)] },
  'GET /api/coachings': {
    summary: 'The one-click coachings: files of the store, with the words they stand for.',
    answer: [200, items(Coaching)],
  },
  'GET /api/investigations/{id}/proposals': {
    summary: 'A model’s changes, as hunks.',
    answer: [200, items(ProposalView)],
  },
  'POST /api/proposals/{id}': {
    summary: 'Accept or reject hunks.',
    body: DecideProposal,
    answer: [200, z.object({ proposal: ProposalView, draft: DraftView })],
  },
  'GET /api/investigations/{id}/evidence': { summary: 'The receipts E1, E2, ….', answer: [200, items(EvidenceItem)] },
  'GET /api/investigations/{id}/coverage': {
    summary: 'What was looked at and what was not: sources by hypotheses.',
    answer: [200, Coverage],
  },
  'GET /api/investigations/{id}/evidence/{number}': {
    summary:
      'One receipt with its result, 500 rows at a time. Secrets are masked unless a lead asks (reveal, audited).',
    query: z.object({
      offset: z.coerce.number().int().min(0).default(0),
      reveal: z.enum(['true', 'false']).optional(),
    }),
    answer: [200, EvidenceDetail],
  },
  'GET /api/investigations/{id}/checks': {
    summary: 'The draft (or a revision) held against its evidence: what it says and can’t show, each with its line.',
    query: CheckQuery,
    answer: [200, CheckReport],
  },
  'GET /api/investigations/{id}/history': {
    summary: 'Approved revisions, newest first.',
    answer: [200, items(HistoryEntry)],
  },
  'GET /api/investigations/{id}/export/{format}': {
    summary:
      'An approved report as a file: pdf, html (one page that loads nothing) or md. The last revision unless one is named.',
    query: ExportQuery,
    answer: [200, z.string()],
  },
  'GET /api/runs/{id}': { summary: 'One run.', answer: [200, RunView] },
  'GET /api/runs/{id}/events': {
    summary:
      'The run’s events as server-sent events: id is the number, data one of these. Resumes after Last-Event-ID.',
    headers: { 'Last-Event-ID': 'the last number seen' },
    answer: [200, RunEventBody],
  },
  'POST /api/runs/{id}/cancel': { summary: 'Stop a run; the draft so far is kept.', answer: [200, RunView] },
  'GET /api/runs/{id}/prompts': { summary: 'The requests a model was sent.', answer: [200, items(PromptItem)] },
  'GET /api/runs/{id}/prompts/{number}': { summary: 'One of them, whole.', answer: [200, PromptDetail] },
  'GET /api/approvals': {
    summary: 'Calls of any run that wait for a person, oldest first.',
    answer: [200, items(ApprovalView)],
  },
  'GET /api/runs/{id}/approvals': {
    summary: 'The calls of a run that needed consent, with what exactly they send.',
    answer: [200, items(ApprovalView)],
  },
  'POST /api/runs/{id}/approvals/{callId}': {
    summary: 'Allow or refuse one call, once, with exactly its arguments. The run goes on.',
    body: DecideCall,
    answer: [200, ApprovalView],
  },
  'POST /api/runs/{id}/resume': {
    summary: 'Let a run that failed or was stopped go on from where it was, or one that is parked try again at once.',
    answer: [202, RunView],
  },
  'POST /api/investigations/{id}/reviews': {
    summary: 'Submit the current draft as a revision.',
    body: SubmitReview,
    answer: [201, ReviewItem],
  },
  'GET /api/investigations/{id}/revisions/{revision}': {
    summary: 'The text of any revision, to compare with.',
    answer: [200, z.object({ id: z.string(), number: z.number(), markdown: z.string() })],
  },
  'GET /api/investigations/{id}/revisions/{revision}/blame': {
    summary: 'Who wrote each line of a revision: a person, a model, or the template.',
    answer: [200, items(BlameRange)],
  },
  'GET /api/reviews': {
    summary: 'Reviews, newest first. waiting=me: those that you have to decide, or to change as their author.',
    query: ReviewQuery,
    answer: [200, page(ReviewItem)],
  },
  'GET /api/reviews/waiting': {
    summary: 'How many reviews need you (counted up to 100).',
    answer: [200, z.object({ count: z.number() })],
  },
  'GET /api/reviews/policy': { summary: 'The rules for reviews.', answer: [200, ReviewPolicy] },
  'PUT /api/reviews/policy': { summary: 'Set them (lead).', body: ReviewPolicy, answer: [200, ReviewPolicy] },
  'GET /api/reviews/{id}': { summary: 'A review with both texts and its threads.', answer: [200, ReviewDetail] },
  'PUT /api/reviews/{id}/seen': { summary: 'Record that you have seen this revision.', answer: [204, z.null()] },
  'PUT /api/reviews/{id}/reviewers': {
    summary: 'Say who is asked to review: exactly these people.',
    body: RequestReviewers,
    answer: [200, ReviewDetail],
  },
  'POST /api/reviews/{id}/comments': {
    summary: 'Comment on lines or on the whole, or answer in a thread. pending: kept until the review is sent.',
    body: AddComment,
    answer: [201, CommentView],
  },
  'PUT /api/reviews/{id}/comments': {
    summary: 'Send one’s pending comments without a decision.',
    answer: [200, z.object({ sent: z.number() })],
  },
  'PATCH /api/reviews/{id}/comments/{comment}': {
    summary: 'Settle a thread, or open it again.',
    body: ResolveThread,
    answer: [200, ReviewDetail],
  },
  'DELETE /api/reviews/{id}/comments/{comment}': {
    summary: 'Take back a pending comment.',
    answer: [200, ReviewDetail],
  },
  'POST /api/reviews/{id}/comments/{comment}/apply': {
    summary:
      'Put a thread’s suggestion into the draft at the version that was read; 412 with both texts when its lines were changed there. markdown: the whole text that a person then made of both.',
    body: ApplySuggestion,
    answer: [200, DraftView],
  },
  'POST /api/reviews/{id}/decision': {
    summary: 'Approve or request changes, naming the revision that was read; sends pending comments with it.',
    body: DecideReview,
    answer: [200, ReviewDetail],
  },
  'GET /api/connections': { summary: 'MCP servers that are connected.', answer: [200, items(ConnectionView)] },
  'POST /api/connections': {
    summary: 'Connect an MCP server, over stdio or Streamable HTTP. Secrets are kept encrypted and never answered.',
    body: NewConnection,
    answer: [201, ConnectionDetail],
  },
  'GET /api/connections/{id}': { summary: 'One connection with its tools.', answer: [200, ConnectionDetail] },
  'PATCH /api/connections/{id}': {
    summary: 'Change how a server is reached, its secrets, or switch it off.',
    body: ConnectionChange,
    answer: [200, ConnectionDetail],
  },
  'DELETE /api/connections/{id}': {
    summary: 'Remove a connection with its secrets and classes.',
    answer: [204, z.null()],
  },
  'POST /api/connections/{id}/test': {
    summary: 'Connect now and list the tools; nothing is confirmed by it.',
    answer: [200, ConnectionDetail],
  },
  'PUT /api/connections/{id}/tools': {
    summary: 'Set classes, confirming the definitions with these hashes. 409 when one is another by now.',
    body: DecideTools,
    answer: [200, ConnectionDetail],
  },
  'GET /api/settings/models': { summary: 'The models a run may use, prices, budgets.', answer: [200, ModelSettings] },
  'PUT /api/settings/models': { summary: 'Replace them (admin).', body: ModelSettings, answer: [200, ModelSettings] },
  'GET /api/store': {
    summary: 'How far the repository is behind the database, and why when it can’t be written.',
    answer: [200, StoreHealth],
  },
  'GET /api/health': {
    summary: 'Whether this instance works.',
    answer: [200, z.object({ status: z.string(), store: StoreHealth.pick({ status: true, pending: true }) })],
  },
};

/** The OpenAPI 3.1 document, made from the schemas that the routes themselves parse with. */
export function openApiDocument(): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, operation] of Object.entries(OPERATIONS)) {
    const [method = '', path = ''] = name.split(' ');
    paths[path] ??= {};
    paths[path][method.toLowerCase()] = describe(path, operation);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Socdown', version: '1', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    security: [{ key: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key: Settings, or `keys create`.' },
        session: { type: 'apiKey', in: 'cookie', name: 'socdown.session_token' },
      },
      schemas: {
        Error: {
          type: 'object',
          properties: {
            error: {
              type: 'object',
              properties: { code: { enum: Object.keys(ERROR_STATUS) }, message: { type: 'string' }, data: {} },
              required: ['code', 'message'],
            },
          },
          required: ['error'],
        },
      },
    },
  };
}

function describe(path: string, { summary, query, body, answer, headers = {} }: Operation): Record<string, unknown> {
  const [status, schema] = answer;
  const stream = path.endsWith('/events');
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inHeader = Object.entries(headers).map(([name, description]) => ({
    name,
    in: 'header',
    description,
    schema: { type: 'string' },
  }));
  return {
    summary,
    parameters: [...inPath, ...inHeader, ...queryParameters(query)],
    ...(body ? { requestBody: { content: { 'application/json': { schema: toJson(body, 'input') } } } } : {}),
    responses: {
      [status]: {
        description: 'Done.',
        content: { [stream ? 'text/event-stream' : 'application/json']: { schema: toJson(schema, 'output') } },
      },
      default: {
        description: 'Refused.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
    ...(path === '/api/health' ? { security: [] } : {}),
  };
}

function queryParameters(query: z.ZodType | undefined): unknown[] {
  if (!query) return [];
  const { properties = {} } = toJson(query, 'input') as { properties?: Record<string, unknown> };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    schema,
    style: 'form',
    explode: false,
  }));
}

function toJson(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
