import { pool } from '../db/client';
import { errorMessage } from '../errors/app-error';
import { readNumbers } from '../evidence/record-evidence';
import { cutText, markedText } from '../model/marked-text';
import { ModelError } from '../model/model-error';
import { maskSecrets, maskSecretsIn } from '../secrets/mask-secrets';
import { storable } from '../text/canonical-json';
import { KeptForReport, OutOfAnswers } from './budget';
import type { EventLog } from './event-log';
import { investigate } from './investigate';
import { type Question, Questions } from './parallel-tool';
import { loadTurns } from './progress';
import type { RunSession } from './session';
import { toolTable } from './tools';

/** Characters of an answer that the run is given. */
const MAX_ANSWER = 8_000;

type Place = { callId: string; sub: number };
/** kept: it ended for what the run's report needs of the budget or the time. */
type Found = { question: string; ok: boolean; text: string; evidence: number[]; kept: boolean };

/**
 * Does one call of `investigate__parallel`: a loop of its own for each question, side by side, on the run's lease, budget and
 * evidence. None of them can write the report, send anything out or open more. Their turns are kept as the run's are, so that
 * a run that is taken over neither asks nor pays again for what was answered.
 * One ends alone at its own limits, and where the run's report needs what is left of the budget or the time.
 * @throws what ends the run: a lost lease, a service that is away
 */
export async function openSubInvestigations(
  session: RunSession,
  callId: string,
  args: Record<string, unknown>,
): Promise<{ ok: boolean; text: string }> {
  const parsed = Questions.safeParse(args);
  if (!parsed.success) return { ok: false, text: refusal(parsed.error.issues) };
  const { questions } = parsed.data;
  const left = session.limits.subInvestigations - (await countOpened(session, callId));
  if (questions.length > left)
    return {
      ok: false,
      text: `This run may open ${session.limits.subInvestigations} sub-investigations; ${left === 1 ? '1 is' : `${Math.max(0, left)} are`} left. ${left > 0 ? 'Ask fewer questions at once.' : 'Query the sources yourself.'}`,
    };
  const known = listed(await recordedBefore(session, callId)).slice(-MAX_KNOWN);
  const stop = new AbortController();
  const shared = { ...session, signal: AbortSignal.any([session.signal, stop.signal]) };
  const ended = await Promise.allSettled(
    questions.map((question, index) =>
      answerOne(shared, { callId, sub: index + 1 }, question, known).catch((error: unknown) => {
        stop.abort(error); // what ends the run ends the others too
        throw error;
      }),
    ),
  );
  if (stop.signal.aborted) throw stop.signal.reason;
  const found = ended.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  return { ok: true, text: await resultOf(session, found) };
}

async function answerOne(session: RunSession, place: Place, asked: Question, known: string[]): Promise<Found> {
  const { question, entity = null, source = null } = maskedQuestion(asked);
  session.log.add({ type: 'sub.started', ...place, question, entity, source });
  const loop = subSession(session, place, asked, known);
  let answer: Pick<Found, 'ok' | 'text'>;
  let kept = false;
  try {
    const { message } = await investigate(loop);
    answer = message ? { ok: true, text: message } : { ok: false, text: 'It ended without an answer.' };
  } catch (error) {
    if (!isItsOwnEnd(error)) throw error;
    kept = error instanceof KeptForReport;
    answer = { ok: false, text: `It ended without an answer: ${errorMessage(error)}` };
  }
  const records = await recordedBy(session, loop.thread.id);
  const had = answer.ok ? '' : await whatItHad(session, loop.thread.id, records);
  const found = {
    ok: answer.ok,
    text: cutText(storable(maskSecrets(`${answer.text}${had}`)), MAX_ANSWER, '').text,
    evidence: records.map(({ number }) => number),
  };
  session.log.add({ type: 'sub.finished', ...place, ...found });
  return { question, ...found, kept };
}

/** Of one that gave no answer: what it asked, and what it said on the way. */
async function whatItHad({ run }: RunSession, thread: string, records: Recorded[]): Promise<string> {
  const asked = listed(records).map((line) => `- ${line}`);
  const said = (await loadTurns(run.id, thread)).map(({ answer }) => answer.text).filter((text) => text !== '');
  return [
    ...(asked.length > 0 ? [`It had asked:\n${asked.join('\n')}`] : []),
    ...(said.length > 0 ? [`It had said:\n${said.join('\n')}`] : []),
  ]
    .map((part) => `\n\n${part}`)
    .join('');
}

/** What ends one sub-investigation and not the run: its own number of answers, or an answer that the model won't give. */
function isItsOwnEnd(error: unknown): error is Error {
  return (
    error instanceof OutOfAnswers ||
    (error instanceof ModelError && (error.failure === 'invalid' || error.failure === 'too_long'))
  );
}

/** The run's session with a history of its own, the reading tools only, and no way to write or to open more. */
function subSession(session: RunSession, { callId, sub }: Place, question: Question, known: string[]): RunSession {
  const { limits, tools, progress } = session;
  const reading = [...tools.byName.values()].filter((info) => info.class === 'read');
  return {
    ...session,
    thread: { id: `${callId}/${sub}`, task: taskOf(question, known, progress.context.boundary), turnBase: 0 },
    writes: false,
    openSubInvestigations: null,
    tools: toolTable(reading, { writes: false }),
    limits: { ...limits, turns: limits.subTurns, parallelCalls: 1 },
    log: withoutWords(session.log),
    shortened: new Set(),
    reused: new Set(),
    lookedUp: new Set(),
  };
}

/** Words of loops side by side would be mixed into one text; the answer comes whole, with `sub.finished`. */
const withoutWords = (log: EventLog): EventLog => ({
  ...log,
  add: (event) => {
    if (event.type !== 'text' && event.type !== 'thinking') log.add(event);
  },
});

/** The question comes from a model that has read outside text, so it is marked like any. */
function taskOf({ question, entity, source }: Question, known: string[], boundary: string): string {
  const lines = [question, ...(entity ? [`Entity: ${entity}`] : []), ...(source ? [`Log source: ${source}`] : [])];
  return [
    'You do one part of this investigation. Another model writes the report and has asked this question; it is all you have to answer:',
    markedText(boundary, 'question', lines.join('\n')),
    ...(known.length > 0
      ? [
          `What this run has on record already; read with evidence__read what bears on your question before you ask the same:\n${markedText(boundary, 'evidence list', known.join('\n'))}`,
        ]
      : []),
    'Query the sources as far as the question needs it. There are no report tools. Your last words, without a tool call, are the answer: at most 300 words, each claim with the evidence record it rests on like [E7], gaps and failed queries named. An absence cites the query that would have found the thing.',
  ].join('\n\n');
}

/** The answers as the run's model reads them: made from what others wrote in logs, so they are data too. */
async function resultOf({ run, progress }: RunSession, found: Found[]): Promise<string> {
  const known = await readNumbers(run.investigationId);
  const made = await recordsOf(
    run.id,
    found.flatMap(({ evidence }) => evidence),
  );
  const parts = found.map(({ question, ok, text, evidence, kept }, index) => {
    const cited = [...new Set([...text.matchAll(/\bE(\d{1,6})\b/g)].map(([, number]) => Number(number)))];
    const unknown = cited.filter((number) => !known.has(number));
    const facts = [
      `Sub-investigation ${index + 1} of ${found.length}: ${ok ? 'answered' : 'no answer'}`,
      evidence.length > 0 ? `it made ${names(evidence)}` : 'it made no new record',
      ...(unknown.length > 0 ? [`it cites ${names(unknown)}, not of this case: leave out what rests on that`] : []),
      ...(ok ? [] : [kept ? 'read its records, or name the gap' : 'query the sources yourself, or name the gap']),
    ];
    const records = listed(made.filter(({ number }) => evidence.includes(number)));
    const answer = `Question: ${question}\n\n${text}${records.length > 0 ? `\n\nRecords it made:\n${records.join('\n')}` : ''}`;
    return `${facts.join('; ')}.\n${markedText(progress.context.boundary, `sub-investigation ${index + 1}`, answer)}`;
  });
  return [
    ...parts,
    'An answer is a lead, no evidence: cite the records, and read those that matter with evidence__read before you do.',
    ...(found.some(({ kept }) => kept) ? [KEPT_HINT] : []),
  ].join('\n');
}

const KEPT_HINT =
  'What is left of the budget and the time is enough for the report and little else: open no more sub-investigations, write it now.';

const names = (numbers: number[]): string => numbers.map((number) => `E${number}`).join(', ');

/** Sub-investigations of the run's other calls: each has a turn as soon as it cost anything. */
async function countOpened({ run }: RunSession, callId: string): Promise<number> {
  const { rows } = await pool().query<{ count: number }>(
    `SELECT count(DISTINCT thread)::int AS count FROM run_turns
     WHERE run_id = $1 AND thread <> '' AND NOT starts_with(thread, $2)`,
    [run.id, `${callId}/`],
  );
  return rows[0]?.count ?? 0;
}

/** Records that a sub-investigation is told of; the newest. */
const MAX_KNOWN = 60;

/** What the run recorded in the answers before this call, the same whenever it is asked: a run may be taken over. */
async function recordedBefore({ run }: RunSession, callId: string): Promise<Recorded[]> {
  const { rows } = await pool().query<Recorded>(
    `SELECT number, server || '.' || tool AS tool, rows, question FROM evidence
     WHERE run_id = $1 AND status = 'ok' AND split_part(call_id, '.', 1)::int BETWEEN 1 AND $2 ORDER BY number`,
    [run.id, Number.parseInt(callId, 10) - 1],
  );
  return rows;
}

const listed = (records: Recorded[]): string[] =>
  records.map(({ number, tool, rows, question }) =>
    [
      `E${number} ${tool}`,
      ...(rows === null ? [] : [`${rows} row${rows === 1 ? '' : 's'}`]),
      ...(question ? [`"${question}"`] : []),
    ].join(', '),
  );

type Recorded = { number: number; tool: string; rows: number | null; question: string | null };

async function recordedBy({ run }: RunSession, thread: string): Promise<Recorded[]> {
  const { rows } = await pool().query<Recorded>(
    `SELECT number, server || '.' || tool AS tool, rows, question FROM evidence
     WHERE run_id = $1 AND starts_with(call_id, $2) ORDER BY number`,
    [run.id, `${thread}:`],
  );
  return rows;
}

async function recordsOf(runId: string, numbers: number[]): Promise<Recorded[]> {
  const { rows } = await pool().query<Recorded>(
    `SELECT number, server || '.' || tool AS tool, rows, question FROM evidence
     WHERE run_id = $1 AND number = ANY($2::int[]) ORDER BY number`,
    [runId, numbers],
  );
  return rows;
}

const maskedQuestion = (asked: Question): Question => storable(maskSecretsIn(asked));

function refusal(issues: { path: PropertyKey[]; message: string }[]): string {
  const words = issues.slice(0, 3).map(({ path, message }) => `${path.join('.')}: ${message}`);
  return `${words.join('; ')}. Pass {"questions": [{"question", "entity"?, "source"?}]}, four at most.`;
}
