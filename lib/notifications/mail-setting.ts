import { z } from 'zod';
import { type Actor, authorize, personId } from '../auth/guard';
import { audit } from '../db/audit';
import { db, type Tx } from '../db/client';
import { writeSetting } from '../db/setting';
import { AppError, fieldError } from '../errors/app-error';
import { rememberSecret } from '../secrets/known-secrets';
import { MAIL_KEY, openSecrets } from '../secrets/load-secrets';
import { seal } from '../secrets/secret-box';
import { MailAddress } from './mail-address';
import { sendMail } from './send-mail';

/** tls: from the first byte (465). starttls: before anything is sent (587). none: inside the own network only. */
export const MAIL_SECURITY = ['starttls', 'tls', 'none'] as const;

const plain = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .refine((text) => !/[\p{Cc}\p{Cf}]/u.test(text), 'No line breaks or invisible characters.');

/** The mail server. A password that is left out stays, for the same server and user. */
export const MailInput = z.strictObject({
  host: plain(253).regex(/^[A-Za-z0-9.:-]+$/, 'Enter the host, like smtp.example.com.'),
  port: z.number('Enter a port.').int().min(1).max(65_535),
  security: z.enum(MAIL_SECURITY),
  user: plain(320).default(''),
  password: plain(1000).optional(),
  from: MailAddress,
});
export type MailInput = z.input<typeof MailInput>;

const Stored = MailInput.omit({ password: true }).extend({ secrets: z.string().nullable() });

/** What may be shown of it. `mail` null: no mail server is set up. */
export const MailSetting = z.object({
  mail: MailInput.omit({ password: true }).extend({ hasPassword: z.boolean() }).nullable(),
});
export type MailSetting = z.infer<typeof MailSetting>;

/** The mail server with its password, for sending; null when none is set up. No permission check: for verbs and the worker. */
export type MailServer = z.infer<typeof Stored> & { password: string | null };

export async function readMail(actor: Actor): Promise<MailSetting> {
  authorize(actor, 'notifications.configure');
  const stored = await storedMail();
  if (!stored) return { mail: null };
  const { secrets, ...shown } = stored;
  return { mail: { ...shown, hasPassword: secrets !== null } };
}

/** @throws AppError invalid_fields for a password without a user, or one that another server would get */
export async function setMail(actor: Actor, input: MailInput): Promise<MailSetting> {
  authorize(actor, 'notifications.configure');
  const { password, ...value } = MailInput.parse(input);
  await db().$transaction(async (tx) => {
    const before = await storedMail(tx);
    const secrets = password === undefined ? keptSecrets(before, value) : sealed(password);
    if (secrets !== null && value.user === '')
      throw fieldError('invalid_fields', 'user', 'Enter the user of this password.');
    if (secrets === null && value.user !== '')
      throw fieldError('invalid_fields', 'password', 'Enter the user’s password.');
    const stored = { ...value, secrets };
    await writeSetting(tx, MAIL_KEY, stored);
    await record(tx, actor, { ...value, ...(password === undefined ? {} : { password: true }) });
  });
  return readMail(actor);
}

/** Forgets the mail server and its password. Channels by e-mail stay, and wait. */
export async function removeMail(actor: Actor): Promise<void> {
  authorize(actor, 'notifications.configure');
  await db().$transaction(async (tx) => {
    await tx.setting.deleteMany({ where: { key: MAIL_KEY } });
    await record(tx, actor, { removed: true });
  });
}

/** Sends one message to the admin’s own address, now. @throws AppError unavailable, with what the mail server said */
export async function testMail(actor: Actor): Promise<{ to: string }> {
  authorize(actor, 'notifications.configure');
  const { email: to } = await db().user.findUniqueOrThrow({ where: { id: personId(actor) }, select: { email: true } });
  const server = await mailServer();
  if (!server) throw notSetUp();
  await record(db(), actor, { tested: server.host });
  await sendMail(server, {
    id: `test-${Date.now()}`,
    to,
    subject: 'Socdown: a test',
    text: 'This is a test. E-mail from Socdown works.',
  });
  return { to };
}

export const notSetUp = (): AppError =>
  new AppError('unprocessable', 'No mail server is set up. An admin can add one under Settings, Notifications.');

/** Whether e-mail can be chosen; no secret of it. */
export const hasMail = async (): Promise<boolean> => (await db().setting.count({ where: { key: MAIL_KEY } })) > 0;

/** @throws AppError secret_unreadable */
export async function mailServer(): Promise<MailServer | null> {
  const stored = await storedMail();
  return stored && { ...stored, password: openSecrets(MAIL_KEY, stored.secrets).password ?? null };
}

async function storedMail(tx: Pick<Tx, 'setting'> = db()): Promise<z.infer<typeof Stored> | null> {
  const row = await tx.setting.findUnique({ where: { key: MAIL_KEY } });
  return row ? Stored.parse(row.value) : null;
}

function sealed(password: string): string | null {
  if (password === '') return null;
  rememberSecret(password);
  return seal(JSON.stringify({ password }), MAIL_KEY);
}

/** A password goes only where the admin who entered it sent it. */
function keptSecrets(before: z.infer<typeof Stored> | null, now: { host: string; port: number; user: string }) {
  if (!before?.secrets || now.user === '') return null;
  if (before.host === now.host && before.port === now.port && before.user === now.user) return before.secrets;
  throw fieldError('invalid_fields', 'password', 'This is another server or user. Enter the password again.');
}

function record(tx: Pick<Tx, 'auditEntry'>, actor: Actor, data: Record<string, string | number | boolean>) {
  return audit(tx as Tx, {
    actorId: actor.id,
    verb: 'notifications.configure',
    subjectKind: 'setting',
    subjectId: MAIL_KEY,
    data,
  });
}
