import { z } from 'zod';
import { receiveDelivery } from '../alerts/deliveries';
import { findAlert } from '../alerts/find-alert';
import { getAlert } from '../alerts/list-alerts';
import { ALERT_SOURCES, type AlertDetail } from '../alerts/schema';
import { type Actor, authorize } from '../auth/guard';
import { callFailure } from '../connections/call-failure';
import { recordFailure, recordHealthy } from '../connections/health';
import type { ConnectionRow } from '../connections/open-connection';
import { ToolFailure, withTools } from '../connections/with-tools';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { maskSecrets } from '../secrets/mask-secrets';
import type { Doc } from './feeds';
import { LOOKUPS, type Lookup } from './lookups';

const CALL_MS = 60_000;

/** An alert as its sender names it. */
export const AlertReference = z.strictObject({
  source: z.enum(ALERT_SOURCES),
  sourceRef: z
    .string()
    .trim()
    .min(1, 'Enter the alert’s ID at its source.')
    .max(1024)
    .refine((text) => !/[\0-\x1f\x7f]/.test(text), 'An ID has no line breaks or control characters.'),
});
export type AlertReference = z.infer<typeof AlertReference>;

type Found = { alert: AlertDetail; created: boolean };

/**
 * The alert of a reference: the one that is here, else fetched through the connections of its source, one after the other, and
 * taken in as if its sender had sent it.
 * @throws AppError alert_not_found, here and there; sign_in_required; unprocessable for a tool that isn't allowed, or an alert
 * that can't be read; server_unreachable
 */
export async function fetchAlert(actor: Actor, { source, sourceRef }: AlertReference): Promise<Found> {
  authorize(actor, 'alerts.ingest');
  authorize(actor, 'alerts.read'); // the answer is the alert
  if (actor.source && actor.source !== source)
    throw new AppError('key_scope', `This API key sends for ${actor.source} only.`);
  const row = await db().alert.findUnique({ where: { source_sourceRef: { source, sourceRef } }, select: { id: true } });
  if (row) return { alert: await getAlert(actor, row.id), created: false };
  const shown = sourceRef.slice(0, 100);
  const connections = await connectionsOf(source);
  if (connections.length === 0)
    throw new AppError(
      'alert_not_found',
      `There is no alert ${shown} of ${source} here, and no connection that could fetch it. Add one in Settings, or send the alert itself to POST /api/webhooks/${source}.`,
    );
  let failure: AppError | null = null;
  for (const connection of connections) {
    try {
      const doc = await lookUp(connection, sourceRef);
      if (doc) return { alert: await takeIn(actor, connection, source, doc), created: true };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      failure ??= error;
    }
  }
  // A connection that could not be asked may have it.
  if (failure) throw failure;
  throw new AppError(
    'alert_not_found',
    `There is no alert ${shown} of ${source} here, and ${connections.map(({ name }) => name).join(', ')} has none either. Check the ID: it is the one that ${source} itself shows.`,
  );
}

/**
 * The alert that a text names (lib/alerts/find-alert), fetched first when it is SOURCE:ID and not here. Returns its id.
 * @throws AppError as findAlert and fetchAlert
 */
export async function findOrFetchAlert(actor: Actor, reference: string): Promise<string> {
  try {
    return await findAlert(actor, reference);
  } catch (error) {
    const named = readReference(reference);
    if (!(error instanceof AppError) || error.reason !== 'not_found' || !named) throw error;
    return (await fetchAlert(actor, named)).alert.id;
  }
}

/** Where an alert that a text names and that is not here could be fetched from; null if nowhere. */
export async function whereToFetch(text: string): Promise<(AlertReference & { connection: string }) | null> {
  const named = readReference(text);
  const [connection] = named ? await connectionsOf(named.source) : [];
  return named && connection ? { ...named, connection: connection.name } : null;
}

/** SOURCE:ID */
function readReference(text: string): AlertReference | null {
  const [, source, sourceRef] = /^([a-z0-9-]{1,32}):(.+)$/s.exec(text.trim()) ?? [];
  return AlertReference.safeParse({ source, sourceRef }).data ?? null;
}

type Connected = ConnectionRow & { system: string | null };

async function connectionsOf(source: string): Promise<Connected[]> {
  const systems = Object.keys(LOOKUPS).filter((system) => LOOKUPS[system]?.source === source);
  return db().connection.findMany({
    where: { enabled: true, system: { in: systems } },
    select: { id: true, name: true, config: true, secrets: true, system: true },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
}

/** Asks a connection for one alert. A document with another id is not the one that was asked for. */
async function lookUp(row: Connected, sourceRef: string): Promise<Doc | null> {
  const lookup = LOOKUPS[row.system ?? ''] as Lookup; // only such rows were read
  try {
    const docs = await withTools(row, { read: lookup.toolsFor?.(sourceRef) ?? lookup.tools }, CALL_MS, (call) =>
      lookup.find(call, sourceRef, new Date()),
    );
    await recordHealthy(row.id);
    return docs.find((doc) => String(lookup.ref(doc) ?? '') === sourceRef) ?? null;
  } catch (error) {
    if (error instanceof AppError) {
      if (error.reason === 'server_unreachable') await recordFailure(row.id, error.userMessage);
      throw named(row.name, error);
    }
    const why = maskSecrets(callFailure(error)).slice(0, 400);
    // A refused argument says nothing about the connection.
    if (!(error instanceof ToolFailure)) await recordFailure(row.id, `An alert could not be fetched: ${why}`);
    throw new AppError('server_unreachable', `${row.name} could not be asked for this alert: ${why}`, { cause: error });
  }
}

/** So that a person knows whose connection to look at. */
function named(connection: string, error: AppError): AppError {
  if (error.userMessage.includes(connection)) return error;
  return new AppError(error.reason, `${connection}: ${error.userMessage}`, { cause: error });
}

async function takeIn(actor: Actor, { name }: Connected, source: string, doc: Doc): Promise<AlertDetail> {
  const { ids } = await receiveDelivery(actor, source, JSON.stringify([doc]), `${name} (fetched)`);
  return getAlert(actor, ids[0] ?? '');
}
