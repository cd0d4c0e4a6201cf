import { readFinishedRecords } from '../evidence/record-evidence';
import type { Message, ToolResult } from '../model/model';
import { ModelError } from '../model/model-error';
import { isEmptyReport } from '../report/template';
import { askModel } from './ask-model';
import { brief } from './brief';
import { KeptForReport, OutOfAnswers } from './budget';
import { findingsOf, findingsText, ownerOf, untoldFindings, unwrittenText } from './case-tools';
import { BUDGET_LOW, budgetLow, CHECKED, CUT_ANSWER, NO_REPORT, reportResult, turnsLeft } from './context';
import { type Answer, loadTurns, type StoredTurn, saveFollowUp, saveTurn } from './progress';
import { recordResult } from './record-call';
import { PIVOTS_FIRST } from './refuse-edit';
import { REPORT_CHECK, REPORT_PREFIX } from './report-tools';
import type { RunSession } from './session';
import { addedUsage } from './spend';
import { doCalls } from './tools';

/** Told when this many answers are left. */
const WARN_TURNS = 4;
/** Answers in a row that were cut at the output limit. */
const MAX_CUT = 3;

/**
 * The loop: answer, calls, results, again, until an answer asks for nothing. It starts from the stored turns, so that
 * a run that is taken over continues where it was; what was done is not done again.
 * @returns the model's last words
 */
export async function investigate(session: RunSession): Promise<{ message: string | null }> {
  const { run, leaseOwner, limits, log, signal, progress, thread } = session;
  const turns = await loadTurns(run.id, thread.id);
  session.briefing ??= await brief(session);
  const parts = [progress.context.prompt, session.briefing, thread.task];
  const messages: Message[] = [{ role: 'user', text: parts.filter(Boolean).join('\n\n') }];
  session.hasSeenPivots = turns.some(hasPivots);
  const lastTurn = thread.turnBase + limits.turns;
  const keyOf = (turn: number) => ({ runId: run.id, leaseOwner, thread: thread.id, turn });
  let idle = 0;

  messages.push(...(await pastMessages(session, turns.slice(0, -1))));

  /** Does what the answer asks for. Answers the last words, or null when the run continues. */
  const carryOut = async (stored: StoredTurn, room = Number.POSITIVE_INFINITY): Promise<string | null> => {
    const { turn, answer } = stored;
    if (answer.stop === 'refusal') throw declined(answer.reason);
    if (answer.calls.length === 0 && !answer.followUp) return answer.text;
    const { results, anythingNew } = await doCalls(session, turn, answer.calls, stored.results);
    // In the form in which another worker that continues this run loads them: what the checks have said is looked up in them.
    for (const [index, { ok, evidence, text }] of results.entries())
      if (evidence === null) stored.results[index] = { ok, evidence, text };
    idle = answer.calls.length > 0 && !anythingNew ? idle + 1 : 0;
    const warning = answer.followUp ? undefined : warningOf(session, turns, lastTurn - turn, room);
    if (warning) {
      answer.followUp = warning;
      await saveFollowUp(keyOf(turn), warning);
    }
    messages.push(...turnMessages(answer, results));
    return null;
  };

  const unfinished = turns.at(-1);
  if (unfinished) {
    const words = await carryOut(unfinished);
    if (words !== null) return { message: words || null };
  }
  for (let turn = (unfinished?.turn ?? 0) + 1; turn <= lastTurn; turn += 1) {
    signal.throwIfAborted();
    if (thread.id !== '' && session.elapsed() > limits.wallMs * limits.subTime)
      throw new KeptForReport('What is left of the time is kept for the report.');
    if (idle >= limits.idleTurns) throw new OutOfAnswers('The model kept asking what it had asked before.');
    const { answer, usage, spent, cost, room } = await askModel(session, messages);
    answer.followUp = followUpOf(session, answer, turns) ?? (await checkOnce(session, answer, turns, turn < lastTurn));
    run.usage = addedUsage(run.usage, usage, cost);
    if (thread.id === '') run.usage.turns = turn;
    progress.suspensions = 0;
    await session.inTurn(() =>
      saveTurn(keyOf(turn), answer, { usage: run.usage, elapsedMs: session.elapsed(), spent }),
    );
    log.add({ type: 'usage', ...run.usage });
    const stored: StoredTurn = { turn, answer, results: {} };
    turns.push(stored);
    const words = await carryOut(stored, room);
    if (words !== null) return { message: words || null };
    await log.flush(); // a failed write must stop the run, not be found out at its end
  }
  throw new OutOfAnswers(`${limits.turns} answers of the model.`);
}

/** Said with an answer's results: that this loop has to come to its end. Of the budget once, before it ends the loop. */
function warningOf(
  { writes, thread, limits }: RunSession,
  turns: StoredTurn[],
  left: number,
  room: number,
): string | undefined {
  if (left === WARN_TURNS) return turnsLeft(WARN_TURNS, writes);
  const isLow = room < (thread.id === '' ? limits.reservedAnswers : 2);
  const isTold = turns.some(({ answer: { followUp } }) => followUp?.startsWith(BUDGET_LOW));
  return isLow && !isTold ? budgetLow(writes) : undefined;
}

/** Turns that an earlier attempt finished, told from their records in the same words. */
async function pastMessages(session: RunSession, past: StoredTurn[]): Promise<Message[]> {
  const records = await readFinishedRecords(session.run.investigationId, past.flatMap(numbersOf));
  return past.flatMap(({ answer, results }) =>
    turnMessages(
      answer,
      answer.calls.map((call, index): ToolResult => {
        const result = results[index] ?? { ok: false, evidence: null, text: 'This call was not done.' };
        const record = result.evidence === null ? undefined : records.get(result.evidence);
        if (!record) return reportResult(call.id, result.ok, result.text);
        return recordResult(session, call, record, result.text);
      }),
    ),
  );
}

function turnMessages(answer: Answer, results: ToolResult[]): Message[] {
  const { text, calls, opaque, followUp } = answer;
  return [
    { role: 'assistant', text, calls, ...(opaque === undefined ? {} : { opaque }) },
    ...(results.length > 0 ? [{ role: 'tools' as const, results }] : []),
    ...(followUp ? [{ role: 'user' as const, text: followUp }] : []),
  ];
}

function declined(reason: string | undefined): ModelError {
  return new ModelError('invalid', `the model declined to answer (refusal${reason ? `, ${reason}` : ''})`);
}

/** What has to be said to an answer that asks for nothing but can't be the end. */
function followUpOf(session: RunSession, answer: Answer, turns: StoredTurn[]): string | undefined {
  if (answer.stop === 'max_tokens') {
    const cut = turns.slice(-(MAX_CUT - 1)).filter((before) => before.answer.stop === 'max_tokens').length;
    if (cut >= MAX_CUT - 1) throw new OutOfAnswers('The model’s answers were cut at the output limit again and again.');
    return CUT_ANSWER;
  }
  const { run, progress } = session;
  const unwritten = isEmptyReport(progress.markdown);
  const told = turns.some((before) => before.answer.followUp === NO_REPORT);
  if (
    answer.stop !== 'refusal' &&
    answer.calls.length === 0 &&
    run.kind === 'investigate' &&
    session.writes &&
    unwritten &&
    !told
  )
    return NO_REPORT;
  return undefined;
}

/**
 * Before a language model's run ends, it is told once what the checks find in a text that it has changed. What it was told before and
 * left as it is, is not told again: it would only ask the same model to change what it stands by.
 */
async function checkOnce(
  session: RunSession,
  answer: Answer,
  turns: StoredTurn[],
  hasTurns: boolean,
): Promise<string | undefined> {
  const { progress, model, limits } = session;
  const isEnd = answer.stop === 'done' && answer.calls.length === 0 && hasTurns;
  if (!isEnd || !model.isLanguageModel || !session.writes) return undefined;
  const changed = turns.some(({ answer: { calls } }) => calls.some(({ name }) => name.startsWith(REPORT_PREFIX)));
  const told = turns.filter(({ answer: { followUp } }) => followUp?.startsWith(CHECKED)).length;
  if (!changed || told >= limits.endChecks || session.checkedText === progress.markdown) return undefined;
  // What a person wrote is not the model's to fix.
  const own = (await findingsOf(session)).filter((finding) => ownerOf(session, finding) === null);
  const findings = untoldFindings(own, earlierChecks(turns));
  const fixes =
    findings.length === 0
      ? []
      : [
          `${findingsText(session, findings)}\nFix what is wrong, with the smallest edits; leave what is right although it is listed.`,
        ];
  const said = [...fixes, ...unwrittenText(session)];
  return said.length === 0 ? undefined : `${CHECKED}${said.join('\n')} Then end with your last words.`;
}

/** What the checks have said in this run so far: asked for by the model, or told at its end. */
function earlierChecks(turns: StoredTurn[]): string[] {
  return turns.flatMap(({ answer: { calls, followUp }, results }) => [
    ...calls.flatMap(({ name }, index) => (name === REPORT_CHECK ? [results[index]?.text ?? ''] : [])),
    ...(followUp?.startsWith(CHECKED) ? [followUp] : []),
  ]);
}

function hasPivots({ answer, results }: StoredTurn): boolean {
  return answer.calls.some(
    ({ name }, index) => name === 'case__pivots' || results[index]?.text.startsWith(PIVOTS_FIRST),
  );
}

function numbersOf(turn: StoredTurn): number[] {
  return Object.values(turn.results).flatMap((result) => (result.evidence === null ? [] : [result.evidence]));
}
