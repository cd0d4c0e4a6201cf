import { db, pool } from '../db/client';
import { Hunk } from '../drafts/hunks';
import { FACT_CHECK } from '../investigations/live-runs';
import { maskSecrets } from '../secrets/mask-secrets';
import { splitWithLineEnd } from '../text/lines';

/** What people asked for in a case, what they turned down and what still waits for them, for the next run. */
export type CaseMemory = {
  /** Oldest first. `answer`: the model's last words; null when it gave none. */
  questions: { at: string; by: string; kind: string; instruction: string | null; answer: string | null }[];
  rejected: Change[];
  /** Offered and not decided: the report doesn't have them. */
  open: Change[];
};
type Change = { before: string; after: string };

const QUESTIONS = 12;
const CHANGES = 20;
const ANSWER_CHARS = 3_000;
const HUNK_CHARS = 2_000;

/** Earlier runs of the case with what was asked and answered, and hunks that a person rejected or has not decided on. */
export async function readCaseMemory(investigationId: string, runId: string): Promise<CaseMemory> {
  const [runs, proposals] = await Promise.all([
    pool().query<{ at: Date; by: string; kind: string; instruction: string | null; answer: string | null }>(
      `SELECT r.created_at AS at, u.name AS by, r.kind, r.instruction,
              (SELECT e.data->>'message' FROM run_events e WHERE e.run_id = r.id AND e.type = 'run.finished' ORDER BY e.seq DESC LIMIT 1) AS answer
       FROM runs r JOIN users u ON u.id = r.requested_by_id
       WHERE r.investigation_id = $1 AND r.id <> $2 AND r.status = 'succeeded' AND r.kind <> '${FACT_CHECK}' ORDER BY r.created_at DESC LIMIT ${QUESTIONS}`,
      [investigationId, runId],
    ),
    db().proposal.findMany({ where: { investigationId }, orderBy: { createdAt: 'desc' }, take: 20 }),
  ]);
  return {
    questions: runs.rows.reverse().map(({ at, answer, instruction, ...run }) => ({
      ...run,
      at: `${at.toISOString().slice(0, 16).replace('T', ' ')}Z`,
      instruction: instruction === null ? null : maskSecrets(instruction),
      answer: answer === null ? null : maskSecrets(answer).slice(0, ANSWER_CHARS),
    })),
    rejected: proposals.flatMap((row) => changesOf(row, 'rejected')).slice(0, CHANGES),
    open: proposals.flatMap((row) => changesOf(row, 'open')).slice(0, CHANGES),
  };
}

function changesOf(
  row: { hunks: unknown; baseMarkdown: string; markdown: string },
  wanted: 'rejected' | 'open',
): Change[] {
  const hunks = Hunk.array()
    .parse(row.hunks)
    .filter(({ status }) => status === wanted);
  if (hunks.length === 0) return [];
  const [base, proposed] = [splitWithLineEnd(row.baseMarkdown).lines, splitWithLineEnd(row.markdown).lines];
  const text = (lines: string[]) => maskSecrets(lines.join('\n').trim()).slice(0, HUNK_CHARS);
  return hunks.map(({ start, removed, from, added }) => ({
    before: text(base.slice(start, start + removed)),
    after: text(proposed.slice(from, from + added)),
  }));
}
