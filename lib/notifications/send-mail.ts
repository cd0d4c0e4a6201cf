import dns from 'node:dns/promises';
import net from 'node:net';
import { createTransport } from 'nodemailer';
import { checkAddress } from '../connections/outbound-address';
import { AppError, errorMessage } from '../errors/app-error';
import { maskSecrets } from '../secrets/mask-secrets';
import type { MailServer } from './mail-setting';
import { Refused } from './refused';

const TIMEOUT_MS = 10_000;
const MAX_SUBJECT = 200;

/** `id` stays the same when a message is sent again, so that a mailbox can tell. `text`: plain text, never HTML. */
export type Mail = { id: string; to: string; subject: string; text: string };

/**
 * Sends one message. The server's address is judged as that of a connection: inside the network is fine, without TLS only there, and
 * link-local and metadata addresses never.
 * @throws Refused for what the server will never take; AppError unavailable, with what it said
 */
export async function sendMail(server: MailServer, { id, to, subject, text }: Mail): Promise<void> {
  const { host, port, security, user, password, from } = server;
  const transport = createTransport({
    host: await addressOf(host, security !== 'none'),
    port,
    secure: security === 'tls',
    ...(security === 'starttls' ? { requireTLS: true } : {}),
    ...(security === 'none' ? { ignoreTLS: true } : {}),
    ...(password === null ? {} : { auth: { user, pass: password } }),
    ...(net.isIP(host) === 0 ? { tls: { servername: host } } : {}),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({
      // As objects: an address is never parsed out of a text.
      from: { name: 'Socdown', address: from },
      to: { name: '', address: to },
      subject: oneLine(subject),
      text,
      messageId: `<${id}@${from.slice(from.lastIndexOf('@') + 1)}>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
  } catch (error) {
    throw failure(host, error);
  } finally {
    transport.close();
  }
}

/** A header is one line, whatever is in its text. */
const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_SUBJECT);

/** The address that a name stands for, judged before it is used, and then used itself. */
async function addressOf(host: string, encrypted: boolean): Promise<string> {
  const found = await dns.lookup(host, { all: true }).catch(() => []);
  const [first] = found;
  if (!first) throw new AppError('unavailable', `There is no host ${host}. Check the name in Settings, Notifications.`);
  for (const { address } of found) checkAddress(address, true, encrypted);
  return first.address;
}

function failure(host: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { responseCode, code } = error as { responseCode?: number; code?: string };
  const said = maskSecrets(errorMessage(error)).slice(0, 300);
  if (code === 'EAUTH') return new AppError('unavailable', `${host} refuses the user or the password: ${said}`);
  if (responseCode !== undefined && responseCode >= 500) return new Refused(`${host} refuses the message: ${said}`);
  return new AppError('unavailable', `${host} can't take the message now: ${said}`);
}
