import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { ingestAlerts } from '../alerts/ingest-alerts';
import { triageAlert } from '../alerts/triage-alert';
import { type Actor, SYSTEM } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { overrideEnv } from '../env/env';
import { loadKnownSecrets } from '../secrets/load-secrets';
import { maskKnownSecrets } from '../secrets/mask-secrets';
import { type MailInput, mailServer, readMail, removeMail, setMail, testMail } from './mail-setting';
import { addChannel, listChannels, testChannel } from './manage-channels';
import { queueNotifications } from './queue-notifications';
import { EVENTS } from './schema';
import { sendMail } from './send-mail';
import { sendNotifications } from './send-notifications';
import { type Mailbox, startMailbox } from './testing-mailbox';

testDatabase();

let admin: Actor;
let analyst: Actor;
let mailbox: Mailbox;
let input: MailInput;
const PASSWORD = 'canary-mail-password-77';
const events = [...EVENTS];
const own = { scope: 'mine' as const, kind: 'email' as const, name: 'Mail', events };

beforeAll(async () => {
  overrideEnv({ PUBLIC_URL: 'https://soc.example' });
  [admin, analyst] = [await testActor('admin'), await testActor('analyst')];
  mailbox = await startMailbox();
});
afterAll(() => mailbox.close());
beforeEach(async () => {
  await db().notificationChannel.deleteMany();
  await db().setting.deleteMany({ where: { key: 'notifications.mail' } });
  Object.assign(mailbox, { mails: [], commands: [], refusal: null });
  input = { host: '127.0.0.1', port: mailbox.port, security: 'none', from: 'socdown@soc.example' };
});

async function assign(who: Actor, title: string): Promise<void> {
  const [id = ''] = (await ingestAlerts(SYSTEM, 'generic', JSON.stringify({ id: title, title }))).ids;
  await triageAlert(admin, id, { assignee: who.id });
  await queueNotifications();
}
/** Headers and body of the only message. */
function onlyMail() {
  const [mail] = mailbox.mails;
  expect(mailbox.mails).toHaveLength(1);
  const [headers = '', ...body] = (mail?.raw ?? '').split('\r\n\r\n');
  const names = headers.split(/\r\n(?![ \t])/).map((line) => line.split(':')[0]);
  return { ...mail, headers, names, body: body.join('\r\n\r\n').replace(/=\r\n/g, '') };
}

it('signs in to the mail server, and sends a test to the admin who asks for it', async () => {
  const { mail } = await setMail(admin, { ...input, user: 'socdown', password: PASSWORD });
  expect(mail).toEqual({ ...input, user: 'socdown', hasPassword: true });
  expect(await testMail(admin)).toEqual({ to: admin.email });
  expect(onlyMail()).toMatchObject({ from: 'socdown@soc.example', to: [admin.email] });
  const [, credentials = ''] = /^AUTH PLAIN (\S+)/m.exec(mailbox.commands.join('\n')) ?? [];
  expect(Buffer.from(credentials, 'base64').toString()).toBe(`\0socdown\0${PASSWORD}`);
  // Nowhere readable, and masked in what others say.
  const stored = [await db().setting.findMany(), await db().auditEntry.findMany(), await readMail(admin)];
  expect(JSON.stringify(stored, (_, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(
    PASSWORD,
  );
  await loadKnownSecrets();
  expect(maskKnownSecrets(`x ${PASSWORD} y`)).not.toContain(PASSWORD);
  // Left out, it stays; for another server it must be entered again.
  await setMail(admin, { ...input, user: 'socdown', from: 'other@soc.example' });
  expect((await mailServer())?.password).toBe(PASSWORD);
  await expect(setMail(admin, { ...input, user: 'socdown', host: 'mail.evil.example' })).rejects.toMatchObject({
    data: { fields: { password: expect.stringContaining('again') } },
  });
  await removeMail(admin);
  expect(await readMail(admin)).toEqual({ mail: null });
  expect(
    await db().auditEntry.count({ where: { verb: 'notifications.configure', subjectId: 'notifications.mail' } }),
  ).toBe(4);
});

it('tells a person at their own address: a link and no word of the case', async () => {
  await setMail(admin, input);
  const { channel } = await addChannel(analyst, own);
  expect([channel.kind, channel.target]).toEqual(['email', analyst.email]);
  await db().user.update({ where: { id: analyst.id ?? '' }, data: { email: 'moved@soc.example' } });
  await assign(analyst, 'Heron in the vault');
  expect(await sendNotifications()).toEqual({ sent: 1, failed: 0 });
  const { to, headers, body } = onlyMail();
  expect(to).toEqual(['moved@soc.example']);
  expect(headers).toContain('Subject: Socdown: An alert was assigned to you');
  expect(headers).toContain('Auto-Submitted: auto-generated');
  expect(body).toContain('https://soc.example/queue');
  expect(headers + body).not.toMatch(/Heron|text\/html/);
});

it('puts nothing of an alert into a header of its own', async () => {
  await setMail(admin, input);
  await addChannel(admin, { ...own, scope: 'installation', url: 'team@soc.example', withText: true });
  await assign(analyst, 'Plain\r\nBcc: thief@evil.example\r\nX-Evil: 1\r\n\r\n.\r\nMAIL FROM:<x@evil.example>');
  await sendNotifications();
  const { to, names, body } = onlyMail();
  expect(to).toEqual(['team@soc.example']);
  expect(names).not.toContain('Bcc');
  expect(names).not.toContain('X-Evil');
  expect(body).toContain('> Plain');
  expect(mailbox.commands.filter((line) => line.startsWith('MAIL'))).toHaveLength(1);
});

it('is sent again after a temporary answer, with the same id, and not after a refusal', async () => {
  await setMail(admin, input);
  const { channel } = await addChannel(analyst, own);
  await assign(analyst, 'Later');
  mailbox.refusal = '451 try later';
  expect(await sendNotifications()).toEqual({ sent: 0, failed: 1 });
  const waiting = await db().notification.findFirstOrThrow();
  expect(waiting).toMatchObject({ status: 'queued', lastError: expect.stringContaining('451') });
  await db().notification.updateMany({ data: { nextAttemptAt: new Date(0) } });
  mailbox.refusal = null;
  expect(await sendNotifications()).toEqual({ sent: 1, failed: 0 });
  expect(onlyMail().headers).toContain(`Message-ID: <${waiting.id}@soc.example>`);
  mailbox.refusal = '550 no such person';
  await assign(analyst, 'Never');
  await sendNotifications();
  expect((await listChannels(analyst))[0]?.recent[0]).toMatchObject({
    status: 'failed',
    error: expect.stringContaining('550'),
  });
  await expect(testChannel(analyst, channel.id)).rejects.toThrow('550');
  // Without a mail server it waits.
  await removeMail(admin);
  await assign(analyst, 'Waiting');
  await sendNotifications();
  expect((await listChannels(analyst))[0]?.recent[0]).toMatchObject({
    status: 'queued',
    error: expect.stringContaining('No mail server'),
  });
});

it('never continues without the encryption that was chosen, nor to a metadata address', async () => {
  const to = { id: 'x', to: 'a@soc.example', subject: 's', text: 't' };
  await setMail(admin, { ...input, security: 'starttls', user: 'socdown', password: PASSWORD });
  await expect(testMail(admin)).rejects.toMatchObject({ code: 'unavailable' });
  expect(mailbox.commands.some((line) => /^(?:AUTH|MAIL|DATA)/.test(line))).toBe(false);
  const server = { ...input, user: '', password: null, secrets: null };
  await expect(sendMail({ ...server, host: '169.254.169.254' }, to)).rejects.toMatchObject({
    reason: 'address_refused',
  });
  await expect(sendMail({ ...server, host: '8.8.8.8' }, to)).rejects.toMatchObject({ reason: 'address_refused' });
  expect(mailbox.mails).toEqual([]);
});

it('refuses bad input, and who is no admin', async () => {
  for (const change of [
    { host: '' },
    { host: 'a b' },
    { host: 'mail\r\nx' },
    { port: 0 },
    { port: 70_000 },
    { from: 'nobody' },
    { from: 'a@soc.example\r\nBcc: b@evil.example' },
    { from: 'Name <a@soc.example>' },
    { user: 'a\0b' },
    { security: 'ssl' as never },
  ])
    await expect(setMail(admin, { ...input, ...change })).rejects.toThrow();
  await expect(setMail(admin, { ...input, password: PASSWORD })).rejects.toMatchObject({
    data: { fields: { user: expect.any(String) } },
  });
  await expect(setMail(admin, { ...input, user: 'x' })).rejects.toMatchObject({
    data: { fields: { password: expect.any(String) } },
  });
  expect(await db().setting.count({ where: { key: 'notifications.mail' } })).toBe(0);
  await expect(testMail(admin)).rejects.toMatchObject({ reason: 'unprocessable' });
  await expect(addChannel(analyst, own)).rejects.toThrow('No mail server');
  await setMail(admin, input);
  await expect(addChannel(analyst, { ...own, url: 'somebody@else.example' })).rejects.toMatchObject({
    data: { fields: { url: expect.stringContaining('your account') } },
  });
  for (const url of ['', 'nobody', 'a@b.example\nc@d.example', 'a@b.example, c@d.example'])
    await expect(addChannel(admin, { ...own, scope: 'installation', url })).rejects.toMatchObject({
      data: { fields: { url: expect.any(String) } },
    });
  for (const actor of [analyst, await testActor('lead'), { ...admin, scope: 'read' as const }])
    for (const act of [readMail, removeMail, testMail, (who: Actor) => setMail(who, input)])
      await expect(act(actor)).rejects.toMatchObject({ status: 403 });
});
