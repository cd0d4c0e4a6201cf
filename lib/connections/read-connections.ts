import { type Actor, authorize } from '../auth/guard';
import { can } from '../auth/permissions';
import { db, type Prisma } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { notFound } from '../errors/app-error';
import { findSystem } from './catalogue/catalogue';
import { signInView } from './oauth/sign-in-view';
import {
  type ConnectionDetail,
  type ConnectionView,
  PollOutcome,
  StoredConfig,
  ToolClass,
  ToolDefinition,
  type ToolView,
} from './schema';
import { suggestedClasses } from './suggested-classes';
import { problemOf } from './tool-definition';

/** All connections by name, without secrets; how they are reached is for who manages them. */
export async function listConnections(actor: Actor): Promise<ConnectionView[]> {
  authorize(actor, 'connections.read');
  const rows = await db().connection.findMany({ include: WITH, orderBy: { name: 'asc' }, take: 200 });
  return rows.map((row) => toView(actor, row));
}

/** @throws AppError not_found */
export async function getConnection(actor: Actor, id: string): Promise<ConnectionDetail> {
  authorize(actor, 'connections.read');
  const row = isUuid(id) ? await db().connection.findUnique({ where: { id }, include: WITH }) : null;
  if (!row) throw notFound('connection');
  return { ...toView(actor, row), toolList: toolsOf(row) };
}

const WITH = { tools: true, signIn: { include: { signedInBy: true } } } as const;
type Row = Prisma.ConnectionGetPayload<{ include: typeof WITH }>;

function toView(actor: Actor, row: Row): ConnectionView {
  const { target, secrets, oauth } = StoredConfig.parse(row.config);
  const tools = toolsOf(row);
  const usable = tools.filter((tool) => tool.state === 'ok' && tool.class !== 'refused');
  const manages = can(actor.role, 'connections.manage');
  return {
    id: row.id,
    name: row.name,
    kind: target.kind,
    enabled: row.enabled,
    system: systemOf(row),
    health: healthOf(row, manages),
    target: manages ? target : null,
    secrets: secrets.map(({ name, fromEnv, prefix = null, value = null }) => ({
      name,
      fromEnv,
      prefix,
      value: manages ? value : null,
      missing: fromEnv !== null && !process.env[fromEnv],
    })),
    signIn: oauth ? signInView(target, oauth, row.signIn, manages) : null,
    polling: pollingOf(row, manages),
    writeBack: writeBackOf(row),
    tools: {
      usable: usable.length,
      offered: usable.filter((tool) => tool.offered).length,
      undecided: tools.filter((tool) => tool.state === 'new' || tool.state === 'changed').length,
      total: tools.filter((tool) => tool.state !== 'gone').length,
    },
    updatedAt: row.updatedAt.toISOString(),
  };
}

function toolsOf(row: Row): ToolView[] {
  const suggested = suggestedClasses(
    row.system,
    row.tools.filter((tool) => tool.seen !== null).map((tool) => tool.name),
  );
  return row.tools
    .map((tool): ToolView => {
      const seen = ToolDefinition.nullable().parse(tool.seen);
      return {
        name: tool.name,
        class: ToolClass.catch('refused').parse(tool.class),
        offered: tool.offered,
        state: stateOf(tool),
        seen,
        pinned: ToolDefinition.nullable().parse(tool.pinned),
        hash: tool.seenHash,
        suggested: suggested.get(tool.name) ?? null,
        problem: seen && problemOf(row.name, tool.name, seen),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function systemOf(row: Row): ConnectionView['system'] {
  const system = findSystem(row.system);
  return system ? { id: system.id, title: system.title } : null;
}

function healthOf({ lastOkAt, lastError, lastErrorAt }: Row, manages: boolean): ConnectionView['health'] {
  const failing = lastErrorAt !== null && (lastOkAt === null || lastErrorAt > lastOkAt);
  return {
    state: failing ? 'failing' : lastOkAt === null ? 'unknown' : 'ok',
    lastOkAt: lastOkAt?.toISOString() ?? null,
    lastError: manages ? lastError : null,
    lastErrorAt: lastErrorAt?.toISOString() ?? null,
  };
}

function pollingOf(row: Row, manages: boolean): ConnectionView['polling'] {
  const system = findSystem(row.system);
  const tools = system?.alertTools;
  if (!tools) return null;
  const last = PollOutcome.nullable().parse(row.pollLast);
  return {
    minutes: row.pollMinutes,
    tools,
    last: last && { ...last, error: manages ? last.error : null },
    nextAt: row.enabled && row.pollMinutes !== null ? (row.pollNextAt?.toISOString() ?? null) : null,
    repositories: system.alertsByRepository ? row.pollRepositories : null,
  };
}

function writeBackOf(row: Row): ConnectionView['writeBack'] {
  const tools = findSystem(row.system)?.writeBackTools;
  return tools ? { enabled: row.writeBack, tools } : null;
}

function stateOf({ pinnedHash, seenHash }: { pinnedHash: string | null; seenHash: string | null }): ToolView['state'] {
  if (seenHash === null) return 'gone';
  if (pinnedHash === null) return 'new';
  return pinnedHash === seenHash ? 'ok' : 'changed';
}
