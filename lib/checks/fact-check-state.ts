import { type Actor, authorize } from '../auth/guard';
import { db, type Tx } from '../db/client';
import { notFound } from '../errors/app-error';
import type { EvidenceRecord } from '../evidence/evidence-record';
import { FACT_CHECK, LIVE } from '../investigations/live-runs';
import { requireId } from '../investigations/require-id';
import { factFindings, problemName } from './fact-findings';
import type { CheckFinding, FactCheck } from './finding';
import { type Passage, passagesOf } from './passages';
import { type StoredReading, storedDismissals, storedReadings } from './stored-readings';

/** How far the newest fact check of a case is; cheap enough to be asked for every second. @throws AppError not_found */
export async function readFactCheckRun(actor: Actor, investigationId: string): Promise<{ run: FactCheck['run'] }> {
  authorize(actor, 'checks.read');
  requireId(investigationId, 'investigation');
  const known = await db().investigation.count({ where: { id: investigationId } });
  if (known === 0) throw notFound('investigation');
  return { run: await readRun(db(), investigationId) };
}

/** What a model's readings say about a text, and how much of the text they are about. */
export async function readFactCheck(
  tx: Tx,
  investigationId: string,
  markdown: string,
  records: EvidenceRecord[],
): Promise<{ findings: CheckFinding[]; state: FactCheck }> {
  const [readings, dismissals, run] = await Promise.all([
    storedReadings(tx, investigationId),
    storedDismissals(tx, investigationId),
    readRun(tx, investigationId),
  ]);
  // Hashing all evidence is for cases that a model reads.
  const passages = readings.length > 0 || run ? passagesOf(markdown, records) : [];
  const dismissed = new Map(dismissals.map((one) => [problemName(one.key, one.problem), one]));
  const all = factFindings(passages, readings);
  return {
    findings: factFindings(passages, readings, new Set(dismissed.keys())),
    state: {
      ...countRead(passages, readings),
      dismissed: all.flatMap((finding) => {
        const one = dismissed.get(problemName(String(finding.data.key), Number(finding.data.problem)));
        return one ? [{ finding, by: one.user.name, at: one.at.toISOString() }] : [];
      }),
      run,
    },
  };
}

function countRead(passages: Passage[], readings: StoredReading[]): Omit<FactCheck, 'dismissed' | 'run'> {
  const byKey = new Map(readings.map((reading) => [reading.key, reading]));
  const about = passages.flatMap(({ key }) => byKey.get(key) ?? []);
  const read = about.filter(({ notRead }) => notRead === null);
  const last = read.reduce<Date | null>((latest, { at }) => (latest === null || at > latest ? at : latest), null);
  return {
    statements: passages.length,
    read: read.length,
    notRead: passages.flatMap(({ key, line }) => {
      const because = byKey.get(key)?.notRead ?? null;
      return because === null ? [] : [{ line, because }];
    }),
    unread: passages.length - about.length,
    models: [...new Set(read.map(({ model }) => model))].sort(),
    lastAt: last?.toISOString() ?? null,
  };
}

async function readRun(tx: Tx, investigationId: string): Promise<FactCheck['run']> {
  const run = await tx.run.findFirst({
    where: { investigationId, kind: FACT_CHECK },
    orderBy: { createdAt: 'desc' },
  });
  if (!run) return null;
  const usage = run.usage as Partial<Record<string, number | null>>; // written by lib/agent
  const progress = run.outcome as { done?: number; total?: number } | null; // the same
  return {
    id: run.id,
    status: run.status,
    isLive: LIVE.includes(run.status),
    model: run.modelLabel || run.model,
    error: run.error,
    done: progress?.done ?? null,
    total: progress?.total ?? null,
    sent: (usage.inputTokens ?? 0) + (usage.cacheReadTokens ?? 0) + (usage.cacheWriteTokens ?? 0),
    answered: usage.outputTokens ?? 0,
    cost: usage.cost ?? null,
    startedAt: run.createdAt.toISOString(),
    finishedAt: run.finishedAt?.toISOString() ?? null,
  };
}
