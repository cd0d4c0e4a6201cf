import { createHash, randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { type Actor, authorize, personId } from '../auth/guard';
import { audit } from '../db/audit';
import { db, type Prisma } from '../db/client';
import { AppError, errorMessage, fieldError, notFound } from '../errors/app-error';
import { requireId } from '../investigations/require-id';
import { mailServer, notSetUp } from '../notifications/mail-setting';
import { sendMail } from '../notifications/send-mail';
import { loadKnownSecrets } from '../secrets/load-secrets';
import { holdsKnownSecret, maskSecrets } from '../secrets/mask-secrets';
import { NewQuestion, type Question } from './schema';
import { slackSender } from './slack-sender';

const LASTS_DAYS = 7;
/** Questions of one person a day: nobody uses Socdown to send mail. */
const MAX_A_DAY = 50;

export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');

/**
 * Asks a person outside: sends a link by mail or Slack that works once and shows the question and who asks. The person who asks sees
 * and allows exactly this, as each call that sends something out. The message holds neither the question nor the case.
 * @param origin where people reach this installation
 * @throws AppError not_found; bad_request for a secret in the question; unprocessable without a mail server or Slack connection; unavailable, with what it said: the question is then shown as failed
 */
export async function askPerson(
  actor: Actor,
  investigationId: string,
  input: NewQuestion,
  origin: string,
): Promise<Question> {
  authorize(actor, 'calls.allow_egress');
  requireId(investigationId, 'investigation');
  const { about, by, to, text } = NewQuestion.parse(input);
  if ((await db().investigation.count({ where: { id: investigationId } })) === 0) throw notFound('investigation');
  await loadKnownSecrets();
  if (holdsKnownSecret({ about, text }))
    throw fieldError(
      'bad_request',
      'text',
      'The question contains a secret of this installation. Nothing was sent; remove it first.',
    );
  const send = by === 'slack' ? await slackSender() : await mailSender();
  await refuseTooMany(personId(actor));
  const token = randomBytes(32).toString('base64url');
  const id = uuid();
  const expiresAt = new Date(Date.now() + LASTS_DAYS * 86_400_000);
  await db().$transaction(async (tx) => {
    await tx.question.create({
      data: {
        id,
        investigationId,
        askedById: personId(actor),
        about,
        channel: by,
        recipient: to,
        text,
        tokenHash: tokenHash(token),
        expiresAt,
      },
    });
    await audit(tx, {
      actorId: actor.id,
      verb: 'questions.ask',
      subjectKind: 'investigation',
      subjectId: investigationId,
      data: { question: id, about, by, to, text },
    });
  });
  const link = new URL(`/ask/${token}`, origin).href;
  try {
    await send(id, to, messageText(actor.name, link, expiresAt));
  } catch (error) {
    const why = maskSecrets(errorMessage(error)).slice(0, 500);
    await db().question.updateMany({ where: { id, status: 'sending' }, data: { status: 'failed', error: why } });
    throw error;
  }
  await db().question.updateMany({ where: { id, status: 'sending' }, data: { status: 'waiting' } });
  return questionView(await db().question.findUniqueOrThrow({ where: { id }, include: WITH_ASKER }));
}

/** The questions of a case, newest first. @throws AppError not_found */
export async function listQuestions(actor: Actor, investigationId: string): Promise<Question[]> {
  authorize(actor, 'evidence.read');
  requireId(investigationId, 'investigation');
  if ((await db().investigation.count({ where: { id: investigationId } })) === 0) throw notFound('investigation');
  const rows = await db().question.findMany({
    where: { investigationId },
    include: WITH_ASKER,
    orderBy: { createdAt: 'desc' },
    take: 200,
  });
  return rows.map(questionView);
}

async function refuseTooMany(askedById: string): Promise<void> {
  const since = new Date(Date.now() - 86_400_000);
  if ((await db().question.count({ where: { askedById, createdAt: { gt: since } } })) < MAX_A_DAY) return;
  throw new AppError('unprocessable', `You asked ${MAX_A_DAY} questions in a day. Ask again tomorrow.`);
}

/** Sends the text to one person. */
type Send = (id: string, to: string, text: string) => Promise<void>;

async function mailSender(): Promise<Send> {
  const server = await mailServer();
  if (!server) throw notSetUp();
  return async (id, to, text) => {
    await sendMail(server, { id, to, subject: 'A question from your security team', text });
  };
}

function messageText(askedBy: string, link: string, expiresAt: Date): string {
  return [
    `${askedBy.replace(/\p{Cc}+/gu, ' ')} of your security team asks you a question.`,
    '',
    `Read it and reply here: ${link}`,
    '',
    `The link works once, until ${expiresAt.toISOString().slice(0, 10)}. You don’t need an account, and no one will ask for your password.`,
    'If you are not sure that this is real, ask your security team before you open it.',
  ].join('\n');
}

const WITH_ASKER = { askedBy: { select: { name: true } } } as const;

function questionView(row: Prisma.QuestionGetPayload<{ include: typeof WITH_ASKER }>): Question {
  const state = row.status === 'waiting' && row.expiresAt < new Date() ? 'expired' : row.status;
  return {
    id: row.id,
    about: row.about,
    by: row.channel as Question['by'], // written here only
    to: row.recipient,
    text: row.text,
    error: row.error,
    state: state as Question['state'], // written here and by answer-question only
    askedBy: row.askedBy.name,
    askedAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    answeredAt: row.answeredAt?.toISOString() ?? null,
    answeredBy: row.answeredBy,
    evidence: row.evidenceNumber,
  };
}
