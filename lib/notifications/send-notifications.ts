import { standardSignature } from '../auth/signing-secret';
import { guardedFetch } from '../connections/guarded-fetch';
import { checkUrl } from '../connections/outbound-address';
import { db, pool } from '../db/client';
import { env } from '../env/env';
import { AppError, errorMessage } from '../errors/app-error';
import { loadKnownSecrets, openSecrets } from '../secrets/load-secrets';
import { maskSecrets } from '../secrets/mask-secrets';
import { mailServer, notSetUp } from './mail-setting';
import { Refused } from './refused';
import { type NotificationEvent, Payload } from './schema';
import { sendMail } from './send-mail';

const BATCH = 20;
const TIMEOUT_MS = 10_000;
/** The first retry comes after this long, each further one after twice as long. */
const RETRY_S = 30;
const MAX_ATTEMPTS = 8;

type Target = {
  id: string;
  kind: string;
  target: string;
  userId: string | null;
  secrets: string | null;
  allowInternal: boolean;
};

/**
 * Sends what is due, each at least once: a row is claimed for two minutes, so that two workers don't send it both. What the other
 * side refuses for good is failed at once, anything else is tried again for about an hour.
 */
export async function sendNotifications(): Promise<{ sent: number; failed: number }> {
  const { rows } = await pool().query<{ id: string }>(
    `UPDATE notifications SET attempts = attempts + 1, next_attempt_at = now() + interval '2 minutes'
     WHERE id IN (SELECT n.id FROM notifications n JOIN notification_channels c ON c.id = n.channel_id AND c.enabled
       WHERE n.status = 'queued' AND n.next_attempt_at <= now() ORDER BY n.next_attempt_at LIMIT ${BATCH} FOR UPDATE OF n SKIP LOCKED)
     RETURNING id`,
  );
  if (rows.length === 0) return { sent: 0, failed: 0 };
  await loadKnownSecrets();
  const claimed = await db().notification.findMany({
    where: { id: { in: rows.map(({ id }) => id) } },
    include: { channel: true },
  });
  let sent = 0;
  for (const { id, attempts, payload, channel } of claimed) {
    try {
      await sendTo(channel, { id, payload: Payload.parse(payload) });
      await db().notification.update({ where: { id }, data: { status: 'sent', sentAt: new Date(), lastError: null } });
      sent += 1;
    } catch (error) {
      const isFinal = error instanceof Refused || attempts >= MAX_ATTEMPTS;
      await db().notification.update({
        where: { id },
        data: {
          status: isFinal ? 'failed' : 'queued',
          lastError: maskSecrets(errorMessage(error)).slice(0, 500),
          nextAttemptAt: new Date(Date.now() + RETRY_S * 1000 * 2 ** (attempts - 1)),
        },
      });
    }
  }
  return { sent, failed: claimed.length - sent };
}

/** One message to one channel. @throws AppError, with what the other side said */
export async function sendTo(channel: Target, { id, payload }: { id: string; payload: Payload }): Promise<void> {
  if (channel.kind === 'email') return sendByMail(channel, id, payload);
  const { url: text = '', signing = '' } = openSecrets(channel.id, channel.secrets);
  const url = checkUrl(text, channel.allowInternal);
  const summary = summaryOf(payload, channel);
  const body = JSON.stringify(
    channel.kind === 'slack' ? slackMessage(summary, payload) : webhookMessage(summary, payload),
  );
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = channel.kind === 'slack' ? null : standardSignature(signing, { id, timestamp, body });
  const headers = {
    'content-type': 'application/json',
    ...(signature ? { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } : {}),
  };
  const response = await guardedFetch(url, channel.allowInternal)(url, {
    method: 'POST',
    headers,
    body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error) => {
    throw new AppError(
      'unavailable',
      `${url.host} can't be reached: ${maskSecrets(errorMessage(error)).slice(0, 200)}`,
    );
  });
  if (response.ok) return void response.body?.cancel();
  const said = maskSecrets((await response.text().catch(() => '')).slice(0, 200));
  const message = `${url.host} answered ${response.status}${said ? `: ${said}` : ''}.`;
  const isTemporary = response.status >= 500 || response.status === 429 || response.status === 408;
  throw isTemporary ? new AppError('unavailable', message) : new Refused(message);
}

/** One's own goes to what is the account's address by now. */
async function sendByMail(channel: Target, id: string, payload: Payload): Promise<void> {
  const { target, userId } = channel;
  const server = await mailServer();
  if (!server) throw notSetUp();
  const user = userId === null ? null : await db().user.findUnique({ where: { id: userId }, select: { email: true } });
  await sendMail(server, { id, to: user?.email ?? target, ...mailMessage(summaryOf(payload, channel), payload) });
}

export const testPayload = (): Payload => ({
  event: 'mention',
  at: new Date().toISOString(),
  by: null,
  title: null,
  text: 'A test: this channel works.',
  path: '/inbox',
  isTest: true,
});

/** What happened, in words that hold nothing of the case: to the person it is about, and to the team. */
const SUMMARIES: Record<NotificationEvent, { own: string; team: string }> = {
  assigned: { own: 'An alert was assigned to you', team: 'An alert was assigned' },
  task_assigned: { own: 'A task was assigned to you', team: 'A task was assigned' },
  task_due: { own: 'Your task is due', team: 'A task is due' },
  review_requested: { own: 'Your review was requested', team: 'A review was requested' },
  changes_requested: { own: 'Changes to your report were requested', team: 'Changes were requested' },
  mention: { own: 'You were mentioned', team: 'Someone was mentioned' },
  malicious: { own: 'A case was approved as MALICIOUS', team: 'A case was approved as MALICIOUS' },
  run_failed: { own: 'Your run failed', team: 'A run failed' },
  sla_near: { own: 'Your alert is close to its deadline', team: 'An alert is close to its deadline' },
  weekly_report: { own: 'The weekly report is ready', team: 'The weekly report is ready' },
};

const summaryOf = ({ event, isTest }: Payload, { userId }: Target): string =>
  isTest ? 'This is a test' : SUMMARIES[event][userId === null ? 'team' : 'own'];

/** Absolute with PUBLIC_URL, which is where people reach this installation. */
const linkOf = (path: string): string => (env().PUBLIC_URL ? new URL(path, env().PUBLIC_URL).href : path);

function slackMessage(summary: string, { by, title, text, path }: Payload) {
  const escaped = (words: string) => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const who = by === null ? '' : ` by ${escaped(by)}`;
  const lines = [`${summary}${who}: ${linkOf(path)}`];
  for (const words of [title, text]) if (words) lines.push(`> ${escaped(words).replaceAll('\n', '\n> ')}`);
  return { text: lines.join('\n'), mrkdwn: false, unfurl_links: false, unfurl_media: false };
}

function mailMessage(summary: string, { by, title, text, path }: Payload): { subject: string; text: string } {
  const quoted = [title, text].flatMap((words) => (words ? [`> ${words.replaceAll('\n', '\n> ')}`] : []));
  const lines = [`${summary}${by === null ? '' : ` by ${by}`}:`, linkOf(path), ...quoted];
  return {
    subject: `Socdown: ${summary}${title ? `: ${title}` : ''}`,
    text: [...lines, '', 'Sent by Socdown. Choose your notifications under Settings, Profile.'].join('\n'),
  };
}

function webhookMessage(summary: string, { event, at, by, title, text, path }: Payload) {
  return {
    type: `socdown.${event}`,
    timestamp: at,
    data: { summary, by, title, text, url: linkOf(path) },
  };
}
