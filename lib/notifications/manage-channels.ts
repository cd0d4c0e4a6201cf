import { v7 as uuid } from 'uuid';
import type { z } from 'zod';
import { type Actor, authorize, personId } from '../auth/guard';
import { can } from '../auth/permissions';
import { newSigningSecret } from '../auth/signing-secret';
import { checkUrl } from '../connections/outbound-address';
import { audit } from '../db/audit';
import { db, type Prisma } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { fieldError, notFound } from '../errors/app-error';
import { rememberSecret } from '../secrets/known-secrets';
import { seal } from '../secrets/secret-box';
import { MailAddress } from './mail-address';
import { hasMail, notSetUp } from './mail-setting';
import { Channel, ChannelChange, type MadeChannel, NewChannel } from './schema';
import { sendTo, testPayload } from './send-notifications';

/** One's own channels; the installation's too for an admin. */
export async function listChannels(actor: Actor): Promise<Channel[]> {
  authorize(actor, 'notifications.own');
  const own = { userId: personId(actor) };
  const rows = await db().notificationChannel.findMany({
    where: can(actor.role, 'notifications.configure') ? { OR: [own, { userId: null }] } : own,
    include: RECENT,
    orderBy: { createdAt: 'asc' },
    take: 200,
  });
  return rows.map(toView);
}

/**
 * Adds a channel. The address of Slack or a webhook is stored encrypted and never shown again; a webhook gets a secret that it signs
 * with. E-mail of one's own goes to the account's address.
 * @throws AppError forbidden for the installation's without notifications.configure; address_refused; invalid_fields; unprocessable
 * for e-mail without a mail server
 */
export async function addChannel(
  actor: Actor,
  input: z.input<typeof NewChannel>,
): Promise<z.infer<typeof MadeChannel>> {
  authorize(actor, 'notifications.own');
  const { scope, kind, name, url, allowInternal, events, withText } = NewChannel.parse(input);
  if (scope === 'installation') authorize(actor, 'notifications.configure');
  else if (allowInternal || withText)
    throw fieldError(
      'invalid_fields',
      allowInternal ? 'allowInternal' : 'withText',
      'Only for the installation’s channels.',
    );
  const target = kind === 'email' ? await mailTarget(actor, scope, url) : webTarget(kind, url, allowInternal);
  const id = uuid();
  const signingSecret = kind === 'webhook' ? newSigningSecret() : undefined;
  const secrets: Record<string, string> =
    kind === 'email' ? {} : { url, ...(signingSecret ? { signing: signingSecret } : {}) };
  for (const secret of Object.values(secrets)) rememberSecret(secret);
  const userId = scope === 'mine' ? personId(actor) : null;
  const row = await db().$transaction(async (tx) => {
    await record(tx, actor, scope, id, { name, kind, target, events, withText });
    return tx.notificationChannel.create({
      data: {
        id,
        userId,
        kind,
        name,
        target,
        secrets: kind === 'email' ? null : seal(JSON.stringify(secrets), id),
        allowInternal,
        events,
        withText,
      },
      include: RECENT,
    });
  });
  return { channel: toView(row), ...(signingSecret ? { signingSecret } : {}) };
}

/** The host, which is what lists show of a secret address. */
function webTarget(kind: string, url: string, allowInternal: boolean): string {
  if (url === '') throw fieldError('invalid_fields', 'url', 'Enter the address.');
  const { host, protocol, pathname } = checkUrl(url, allowInternal, 'url');
  const isSlack = host === 'hooks.slack.com' && protocol === 'https:' && pathname.length >= 10;
  if (kind === 'slack' && !allowInternal && !isSlack)
    throw fieldError(
      'invalid_fields',
      'url',
      'Enter the address that Slack shows: https://hooks.slack.com/services/….',
    );
  return host;
}

/** One's own messages go to one's account's address, and nowhere else. */
async function mailTarget(actor: Actor, scope: string, url: string): Promise<string> {
  if (!(await hasMail())) throw notSetUp();
  if (scope === 'installation') {
    const address = MailAddress.safeParse(url).data;
    if (address === undefined) throw fieldError('invalid_fields', 'url', 'Enter an e-mail address.');
    return address;
  }
  if (url !== '')
    throw fieldError('invalid_fields', 'url', 'Leave it empty: your messages go to your account’s address.');
  const { email } = await db().user.findUniqueOrThrow({ where: { id: personId(actor) }, select: { email: true } });
  return email;
}

/** @throws AppError not_found for another person's too */
export async function changeChannel(actor: Actor, id: string, input: z.input<typeof ChannelChange>): Promise<Channel> {
  const found = await ownChannel(actor, id);
  const change = ChannelChange.parse(input);
  if (change.withText && found.userId !== null)
    throw fieldError('invalid_fields', 'withText', 'Only for the installation’s channels.');
  const data = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const row = await db().$transaction(async (tx) => {
    await record(tx, actor, found.userId === null ? 'installation' : 'mine', id, data);
    return tx.notificationChannel.update({ where: { id }, data, include: RECENT });
  });
  return toView(row);
}

/** Takes it away with its secret and what waits for it. @throws AppError not_found */
export async function removeChannel(actor: Actor, id: string): Promise<void> {
  const { userId, name } = await ownChannel(actor, id);
  await db().$transaction(async (tx) => {
    await record(tx, actor, userId === null ? 'installation' : 'mine', id, { removed: name });
    await tx.notificationChannel.delete({ where: { id } });
  });
}

/** Sends one message now. @throws AppError not_found; unavailable, with what the other side said */
export async function testChannel(actor: Actor, id: string): Promise<void> {
  const row = await ownChannel(actor, id);
  await record(db(), actor, row.userId === null ? 'installation' : 'mine', id, { tested: row.name });
  await sendTo(row, { id: uuid(), payload: testPayload() });
}

/** The actor's own, or one of the installation's for who configures those. */
async function ownChannel(actor: Actor, id: string) {
  authorize(actor, 'notifications.own');
  const row = isUuid(id) ? await db().notificationChannel.findUnique({ where: { id } }) : null;
  if (!row || (row.userId !== null && row.userId !== actor.id)) throw notFound('channel');
  if (row.userId === null) authorize(actor, 'notifications.configure');
  return row;
}

function record(tx: Prisma.TransactionClient, actor: Actor, scope: string, id: string, data: Prisma.InputJsonObject) {
  const verb = scope === 'mine' ? 'notifications.own' : 'notifications.configure';
  return audit(tx, { actorId: actor.id, verb, subjectKind: 'channel', subjectId: id, data });
}

const RECENT = { notifications: { orderBy: { createdAt: 'desc' }, take: 5 } } as const;

function toView(row: Prisma.NotificationChannelGetPayload<{ include: typeof RECENT }>): Channel {
  return Channel.parse({
    id: row.id,
    kind: row.kind,
    name: row.name,
    target: row.target,
    events: row.events,
    withText: row.withText,
    enabled: row.enabled,
    scope: row.userId === null ? 'installation' : 'mine',
    recent: row.notifications.map(({ event, status, createdAt, sentAt, attempts, lastError }) => ({
      event,
      status,
      attempts,
      at: (sentAt ?? createdAt).toISOString(),
      error: lastError,
    })),
  });
}
