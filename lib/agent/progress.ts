import { pool } from '../db/client';
import type { HumanLine } from '../drafts/human-words';
import type { CaseFile, ToolCall } from '../model/model';
import { storableJson } from '../text/canonical-json';
import { LeaseLost } from './event-log';
import type { RunUsage } from './events';
import type { ClaimedRun } from './lease';

/** What the model is given at the start; kept, so that a resumed run sees the same words. */
export type RunContext = {
  system: string;
  /** The case, and the task at the end of the first message; the briefing's records stand between them. */
  prompt: string;
  task: string;
  /** Lines with words of people, which `report__replace_text` leaves alone. */
  humanLines: HumanLine[];
  caseFile: CaseFile;
  /** The random word that marks outside text in this run. */
  boundary: string;
};

export type Progress = {
  context: RunContext;
  /** The draft version that the working text was last equal to, and that text. */
  baseVersion: number;
  baseMarkdown: string;
  /** The working text. */
  markdown: string;
  /**
   * draft: sections are saved as they are written. proposal: a person's text is there, changes are offered at the end. none: the
   * report stays as it is, and only the verdict is kept.
   */
  target: 'draft' | 'proposal' | 'none';
  elapsedMs: number;
  suspensions: number;
  /** The last turn before a person resumed the run; the limit of answers counts from there. */
  turnBase: number;
};

export type Answer = {
  text: string;
  calls: ToolCall[];
  opaque?: unknown;
  stop: 'tools' | 'done' | 'max_tokens' | 'refusal';
  /** Of a refusal: why, as far as the service says. */
  reason?: string;
  /** What the loop says to the model after this answer (and its results), if anything. */
  followUp?: string;
};

/** Of an evidence call only the number and the loop's own note are kept: the record has the rest. */
export type StoredResult = { ok: boolean; evidence: number | null; text: string };
export type StoredTurn = { turn: number; answer: Answer; results: Record<string, StoredResult> };

export async function loadProgress(runId: string): Promise<Progress | null> {
  const { rows } = await pool().query('SELECT * FROM run_progress WHERE run_id = $1', [runId]);
  const row = rows[0];
  if (!row) return null;
  return {
    context: { task: '', humanLines: [], ...row.context },
    baseVersion: row.base_version,
    baseMarkdown: row.base_markdown,
    markdown: row.markdown,
    target: row.target === 'draft' || row.target === 'none' ? row.target : 'proposal',
    elapsedMs: row.elapsed_ms,
    suspensions: row.parks,
    turnBase: row.turn_base,
  };
}

export async function loadTurns(runId: string, thread: string): Promise<StoredTurn[]> {
  const { rows } = await pool().query<StoredTurn>(
    'SELECT turn, answer, results FROM run_turns WHERE run_id = $1 AND thread = $2 ORDER BY turn',
    [runId, thread],
  );
  return rows;
}

/** Writes the whole progress. @throws LeaseLost */
export async function saveProgress(runId: string, leaseOwner: string, progress: Progress): Promise<void> {
  await fenced(
    `WITH ${HELD}
     INSERT INTO run_progress (run_id, context, base_version, base_markdown, markdown, target, elapsed_ms, parks)
     SELECT id, $3::jsonb, $4, $5, $6, $7, $8, $9 FROM held
     ON CONFLICT (run_id) DO UPDATE SET base_version = excluded.base_version, base_markdown = excluded.base_markdown,
       markdown = excluded.markdown, target = excluded.target, elapsed_ms = excluded.elapsed_ms, parks = excluded.parks`,
    [
      runId,
      leaseOwner,
      storableJson(progress.context),
      progress.baseVersion,
      progress.baseMarkdown,
      progress.markdown,
      progress.target,
      Math.round(progress.elapsedMs),
      progress.suspensions,
    ],
  );
}

/** `thread`: '' for the run's own turns, else the sub-investigation's. */
export type TurnKey = { runId: string; leaseOwner: string; thread: string; turn: number };

/** What one answer used, as budgets count it. */
export type Spent = { userId: string; model: string; tokens: number; cost: number | null };

/** Keeps an answer of the model before anything of it is done, and what the run has used so far. @throws LeaseLost */
export async function saveTurn(
  key: TurnKey,
  answer: Answer,
  used: { usage: RunUsage; elapsedMs: number; spent: Spent },
): Promise<void> {
  const { userId, model, tokens, cost } = used.spent;
  await fenced(
    `WITH ${HELD_FOR_CHANGE},
     used AS (UPDATE runs SET usage = $5::jsonb FROM held WHERE runs.id = held.id),
     time AS (UPDATE run_progress SET elapsed_ms = $6, parks = 0 FROM held WHERE run_id = held.id),
     spent AS (INSERT INTO model_calls (run_id, user_id, model, tokens, cost)
       SELECT id, $7, $8, $9::bigint, $10::float8 FROM held WHERE $9::bigint > 0)
     INSERT INTO run_turns (run_id, thread, turn, answer) SELECT id, $11, $3, $4::jsonb FROM held`,
    [
      key.runId,
      key.leaseOwner,
      key.turn,
      storableJson(answer),
      JSON.stringify(used.usage),
      Math.round(used.elapsedMs),
      userId,
      model,
      Math.round(tokens),
      cost,
      key.thread,
    ],
  );
}

/** Notes what an answer used that broke off: it is paid for too. @throws LeaseLost */
export async function saveSpent(
  run: Pick<ClaimedRun, 'id' | 'usage'>,
  leaseOwner: string,
  spent: Spent,
): Promise<void> {
  const { userId, model, tokens, cost } = spent;
  await fenced(
    `WITH ${HELD_FOR_CHANGE}, used AS (UPDATE runs SET usage = $3::jsonb FROM held WHERE runs.id = held.id)
     INSERT INTO model_calls (run_id, user_id, model, tokens, cost)
     SELECT id, $4, $5, $6::bigint, $7::float8 FROM held`,
    [run.id, leaseOwner, JSON.stringify(run.usage), userId, model, Math.round(tokens), cost],
  );
}

/** Keeps the result of one call and, of a report tool, the working text it made: both or neither. @throws LeaseLost */
export async function saveResult(
  key: TurnKey & { index: number },
  result: StoredResult,
  markdown: string | null,
): Promise<void> {
  await fenced(
    `WITH ${HELD},
     text AS (UPDATE run_progress SET markdown = $6 FROM held WHERE run_id = held.id AND $6::text IS NOT NULL RETURNING 1)
     UPDATE run_turns SET results = results || jsonb_build_object($4::text, $5::jsonb) FROM held
     WHERE run_id = held.id AND thread = $7 AND turn = $3`,
    [key.runId, key.leaseOwner, key.turn, String(key.index), storableJson(result), markdown, key.thread],
  );
}

/** Keeps what the loop says after an answer. @throws LeaseLost */
export async function saveFollowUp({ runId, leaseOwner, thread, turn }: TurnKey, followUp: string): Promise<void> {
  await fenced(
    `WITH ${HELD} UPDATE run_turns SET answer = answer || jsonb_build_object('followUp', $4::text) FROM held
     WHERE run_id = held.id AND thread = $5 AND turn = $3`,
    [runId, leaseOwner, turn, followUp, thread],
  );
}

/** Only the worker that holds the run writes: one that was taken for dead and wakes up must change nothing. */
const HELD = 'held AS (SELECT id FROM runs WHERE id = $1 AND lease_owner = $2 FOR SHARE)';
/** The same where the row itself is changed: sub-investigations that each hold a share would wait for each other for ever. */
const HELD_FOR_CHANGE = HELD.replace('FOR SHARE', 'FOR NO KEY UPDATE');

async function fenced(sql: string, values: unknown[]): Promise<void> {
  const { rowCount } = await pool().query(sql, values);
  if (!rowCount) throw new LeaseLost('The run was taken over.');
}
