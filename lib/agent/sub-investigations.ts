import { pool } from '../db/client';
import { errorMessage } from '../errors/app-error';
import { readNumbers } from '../evidence/record-evidence';
import { ModelError } from '../model/model-error';
import { maskSecrets, maskSecretsIn } from '../secrets/mask-secrets';
import { storable } from '../text/canonical-json';
import { OutOfAnswers } from './budget';
import type { EventLog } from './event-log';
import { investigate } from './investigate';
import { cutText, markedText } from './marked-text';
import { type Question, Questions } from './parallel-tool';
import type { RunSession } from './session';
import { toolTable } from './tools';

/** Characters of an answer that the run is given. */
const MAX_ANSWER = 8_000;

type Place = { callId: string; sub: number };
type Found = { question: string; ok: boolean; text: string; evidence: number[] };

/**
 * Does one call of `investigate__parallel`: a loop of its own for each question, side by side, on the run's lease, budget and
 * evidence. None of them can write the report, send anything out or open more. Their turns are kept as the run's are, so that
 * a run that is taken over neither asks nor pays again for what was answered.
 * @throws what ends the run: a budget, a lost lease, a service that is away
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
  const stop = new AbortController();
  const shared = { ...session, signal: AbortSignal.any([session.signal, stop.signal]) };
  const ended = await Promise.allSettled(
    questions.map((question, index) =>
      answerOne(shared, { callId, sub: index + 1 }, question).catch((error: unknown) => {
        stop.abort(error); // what ends the run ends the others too
        throw error;
      }),
    ),
  );
  if (stop.signal.aborted) throw stop.signal.reason;
  const found = ended.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  return { ok: true, text: await resultOf(session, found) };
}

async function answerOne(session: RunSession, place: Place, asked: Question): Promise<Found> {
  const { question, entity = null, source = null } = maskedQuestion(asked);
  session.log.add({ type: 'sub.started', ...place, question, entity, source });
  const loop = subSession(session, place, asked);
  let answer: Pick<Found, 'ok' | 'text'>;
  try {
    const { message } = await investigate(loop);
    answer = message ? { ok: true, text: message } : { ok: false, text: 'It ended without an answer.' };
  } catch (error) {
    if (!isItsOwnEnd(error)) throw error;
    answer = { ok: false, text: `It ended without an answer: ${errorMessage(error)}` };
  }
  const found = {
    ok: answer.ok,
    text: cutText(storable(maskSecrets(answer.text)), MAX_ANSWER, '').text,
    evidence: await recordedBy(session, loop.thread.id),
  };
  session.log.add({ type: 'sub.finished', ...place, ...found });
  return { question, ...found };
}

/** What ends one sub-investigation and not the run: its own number of answers, or an answer that the model won't give. */
function isItsOwnEnd(error: unknown): error is Error {
  return (
    error instanceof OutOfAnswers ||
    (error instanceof ModelError && (error.failure === 'invalid' || error.failure === 'too_long'))
  );
}

/** The run's session with a history of its own, the reading tools only, and no way to write or to open more. */
function subSession(session: RunSession, { callId, sub }: Place, question: Question): RunSession {
  const { limits, tools, progress } = session;
  const reading = [...tools.byName.values()].filter((info) => info.class === 'read');
  return {
    ...session,
    thread: { id: `${callId}/${sub}`, task: taskOf(question, progress.context.boundary), turnBase: 0 },
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
function taskOf({ question, entity, source }: Question, boundary: string): string {
  const lines = [question, ...(entity ? [`Entity: ${entity}`] : []), ...(source ? [`Log source: ${source}`] : [])];
  return [
    'You do one part of this investigation. Another model writes the report and has asked this question; it is all you have to answer:',
    markedText(boundary, 'question', lines.join('\n')),
    'Query the sources as far as the question needs it. There are no report tools. Your last words, without a tool call, are the answer: at most 300 words, each claim with the evidence record it rests on like [E7], gaps and failed queries named. An absence cites the query that would have found the thing.',
  ].join('\n\n');
}

/** The answers as the run's model reads them: made from what others wrote in logs, so they are data too. */
async function resultOf({ run, progress }: RunSession, found: Found[]): Promise<string> {
  const known = await readNumbers(run.investigationId);
  const parts = found.map(({ question, ok, text, evidence }, index) => {
    const cited = [...new Set([...text.matchAll(/\bE(\d{1,6})\b/g)].map(([, number]) => Number(number)))];
    const unknown = cited.filter((number) => !known.has(number));
    const facts = [
      `Sub-investigation ${index + 1} of ${found.length}: ${ok ? 'answered' : 'no answer'}`,
      evidence.length > 0 ? `it made ${names(evidence)}` : 'it made no new record',
      ...(unknown.length > 0 ? [`it cites ${names(unknown)}, not of this case: leave out what rests on that`] : []),
      ...(ok ? [] : ['query the sources yourself, or name the gap']),
    ];
    const answer = `Question: ${question}\n\n${text}`;
    return `${facts.join('; ')}.\n${markedText(progress.context.boundary, `sub-investigation ${index + 1}`, answer)}`;
  });
  return [
    ...parts,
    'An answer is a lead, no evidence: cite the records, and read those that matter with evidence__read before you do.',
  ].join('\n');
}

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

async function recordedBy({ run }: RunSession, thread: string): Promise<number[]> {
  const { rows } = await pool().query<{ number: number }>(
    'SELECT number FROM evidence WHERE run_id = $1 AND starts_with(call_id, $2) ORDER BY number',
    [run.id, `${thread}:`],
  );
  return rows.map(({ number }) => number);
}

const maskedQuestion = (asked: Question): Question => storable(maskSecretsIn(asked));

function refusal(issues: { path: PropertyKey[]; message: string }[]): string {
  const words = issues.slice(0, 3).map(({ path, message }) => `${path.join('.')}: ${message}`);
  return `${words.join('; ')}. Pass {"questions": [{"question", "entity"?, "source"?}]}, four at most.`;
}
