import { createClientRun } from '../agent/client-run';
import { countAttempt } from '../auth/sign-in-limit';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { recordStatement } from '../evidence/record-statement';
import { tokenHash } from './ask-person';
import { type OpenQuestion, Reply, STATEMENT_CALL } from './schema';

/** The question behind a link, for whoever has it. @throws AppError not_found, the same for every link that doesn't work */
export async function readQuestion(token: string): Promise<OpenQuestion> {
  const row = await db().question.findFirst({
    where: { tokenHash: tokenHash(token), ...isOpen() },
    include: { askedBy: { select: { name: true } } },
  });
  if (!row) throw noSuchLink();
  return { askedBy: row.askedBy.name, text: row.text, expiresAt: row.expiresAt.toISOString() };
}

/**
 * Takes the reply to a question, once, and records it as evidence of the case: a statement of whoever has the link.
 * @param address whose attempts are counted
 * @throws AppError not_found; too_many_attempts
 */
export async function answerQuestion(input: Reply, address: string | null): Promise<void> {
  const { token, name, text } = Reply.parse(input);
  const hash = tokenHash(token);
  const attempt = await countAttempt(`question ${hash}`, address);
  await db().$transaction(async (tx) => {
    // Whoever takes it first answers it.
    const { count } = await tx.question.updateMany({
      where: { tokenHash: hash, ...isOpen() },
      data: { status: 'answered', answeredAt: new Date(), answeredBy: name },
    });
    if (count === 0) throw noSuchLink();
    const row = await tx.question.findUniqueOrThrow({ where: { tokenHash: hash }, include: { askedBy: true } });
    const { id, investigationId, about, channel, recipient, createdAt, answeredAt, askedBy } = row;
    const actor = {
      id: askedBy.id,
      name: askedBy.name,
      email: askedBy.email,
      role: 'analyst' as const,
      via: 'session' as const,
    };
    const run = await createClientRun(tx, actor, investigationId, { label: 'Question to a person', note: row.text });
    const facts = { question: row.text, about, to: recipient, askedBy: askedBy.name, askedAt: createdAt.toISOString() };
    const evidenceNumber = await recordStatement(tx, {
      ...STATEMENT_CALL,
      investigationId,
      runId: run.id,
      callId: id,
      args: facts,
      question: row.text,
      statement: { statement: text, givenBy: name, givenAt: (answeredAt ?? new Date()).toISOString() },
      text: `Statement of ${name}, through a link that was ${channel === 'slack' ? 'sent by Slack' : 'mailed'} to ${recipient}. Nobody verified who wrote it.\n\n${text}`,
      durationMs: Date.now() - createdAt.getTime(),
    });
    await tx.question.update({ where: { id }, data: { evidenceNumber } });
    await audit(tx, {
      actorId: null,
      verb: 'questions.answer',
      subjectKind: 'investigation',
      subjectId: investigationId,
      data: { question: id, evidence: evidenceNumber, address },
    });
  });
  await attempt.succeed();
}

/** A mail may be read before the server’s answer about it is here. */
const isOpen = () => ({ status: { in: ['sending', 'waiting'] }, expiresAt: { gt: new Date() } });

const noSuchLink = () =>
  new AppError('not_found', 'This link was used, has expired, or is not complete. Ask whoever sent it for a new one.');
