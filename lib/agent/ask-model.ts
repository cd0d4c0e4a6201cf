import type { Message, ModelEvent, TurnRequest, Usage } from '../model/model';
import { ModelError } from '../model/model-error';
import { SECTIONS } from '../report/schema';
import { maskSecrets } from '../secrets/mask-secrets';
import { storable } from '../text/canonical-json';
import { sleep } from '../time/sleep';
import { withSpan } from '../tracing/span';
import { BudgetExceeded, KeptForReport } from './budget';
import { fitContext, shortenMore } from './fit-context';
import { withoutSecrets } from './model/without-secrets';
import { type Answer, type Spent, saveSpent } from './progress';
import { savePrompt } from './prompts';
import { isStreamedEdit, REPORT_PREFIX, WRITE_SECTION } from './report-tools';
import { type SectionStream, sectionStream } from './section-stream';
import type { RunSession } from './session';
import { addedUsage, requireBudget, spentOf, tokensOf } from './spend';

type End = Extract<ModelEvent, { type: 'end' }>;

/**
 * One whole answer of the model. What streams is shown; what is returned comes from `end` alone, so that nothing of a
 * broken answer is ever done. An answer that broke off is asked for again a few times. Each call is first counted, fitted
 * into the model's window and held against the budgets.
 * @returns room: how many more calls of this size the budgets allow
 * @throws ModelError; BudgetExceeded; the signal's reason when it is aborted.
 */
export async function askModel(
  session: RunSession,
  history: Message[],
): Promise<{ answer: Answer; usage: Usage; spent: Spent; cost: number | null; room: number }> {
  const { limits, log, signal, run, leaseOwner, model } = session;
  for (let retry = 0; ; ) {
    const { request, tokens } = await fitContext(session, history);
    // Requests of loops side by side are held against the budget together.
    session.onTheWay.tokens += tokens;
    try {
      const room = model.countTokens ? await roomInBudget(session, tokens) : Number.POSITIVE_INFINITY;
      const end = await withSpan('model call', { 'gen_ai.request.model': model.id }, async (span) => {
        const { usage, ...rest } = await listen(session, request);
        span.set({ 'gen_ai.usage.input_tokens': usage.inputTokens, 'gen_ai.usage.output_tokens': usage.outputTokens });
        return { usage, ...rest };
      });
      const { text, calls, opaque, stop, reason } = storable(withoutSecrets(end));
      // Calls of an answer that was cut or refused are not done, complete or not.
      const answer: Answer = {
        text,
        calls: stop === 'tools' ? calls : [],
        stop,
        ...(opaque === undefined ? {} : { opaque }),
        ...(reason ? { reason: maskSecrets(reason) } : {}),
      };
      return { answer, usage: end.usage, ...(await spentOf(session, end.usage, tokens)), room };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ModelError)) throw error;
      if (error.usage && tokensOf(error.usage) > 0) {
        const { spent, cost } = await spentOf(session, error.usage, tokens);
        run.usage = addedUsage(run.usage, error.usage, cost);
        await session.inTurn(() => saveSpent(run, leaseOwner, spent));
      }
      if (error.failure === 'too_long' && shortenMore(session, history)) continue;
      if (error.failure !== 'broken' || retry >= limits.turnRetries) throw error;
      log.add({ type: 'stage', text: `The model's answer broke off (${error.message}). Asking again` });
      await sleep(limits.turnRetryMs * 2 ** retry, signal);
      retry += 1;
    } finally {
      session.onTheWay.tokens -= tokens;
    }
  }
}

/**
 * The run's own loop may use what there is; a sub-investigation what is left when the report has its share.
 * @returns how many more calls of this size there is room for
 * @throws BudgetExceeded; KeptForReport, which ends a sub-investigation alone
 */
async function roomInBudget(session: RunSession, tokens: number): Promise<number> {
  const { run, model, limits, thread, onTheWay } = session;
  if (thread.id === '') {
    onTheWay.own = tokens;
    return requireBudget(run, model.id, onTheWay.tokens);
  }
  // A run that was taken over has sent nothing of its own yet; a sub-investigation's request has the same beginning.
  const kept = { sent: limits.reservedAnswers * (onTheWay.own || tokens), answered: limits.outputTokens };
  try {
    return await requireBudget(run, model.id, onTheWay.tokens, kept);
  } catch (error) {
    throw error instanceof BudgetExceeded ? new KeptForReport(KEPT) : error;
  }
}

const KEPT = 'What is left of the budget is kept for the report.';

async function listen(session: RunSession, request: TurnRequest): Promise<End> {
  // A sub-investigation's requests belong to the turn that opened it.
  const turn = session.run.usage.turns + (session.thread.id === '' ? 1 : 0);
  const { model, log, limits, signal, progress } = session;
  const sections = new Map<string, SectionStream>();
  const firstBlock = session.nextBlock;
  let streamed = false;
  let length = 0;
  let end: End | undefined;
  try {
    for await (const event of model.turn(request, signal)) {
      if (event.type === 'end') {
        end = event;
        break;
      }
      if (event.type === 'sent') {
        await session.inTurn(() => savePrompt(session, turn, event.body));
        continue;
      }
      length +=
        event.type === 'stage' ? 0 : event.type === 'call.delta' ? event.partialJson.length : event.delta.length;
      if (length > limits.answerChars)
        throw new ModelError('invalid', `the answer had more than ${limits.answerChars} characters`);
      if (event.type === 'stage') log.add(event);
      else if (event.type === 'text' || event.type === 'thinking') {
        const block = firstBlock + event.block;
        session.nextBlock = Math.max(session.nextBlock, block + 1);
        if (event.delta !== '') log.add({ type: event.type, block, delta: event.delta });
      } else if (event.name === WRITE_SECTION) {
        const stream = sections.get(event.id) ?? sectionStream();
        sections.set(event.id, stream);
        const { section, delta } = stream.push(event.partialJson);
        if (delta === '' || !SECTIONS.some((name) => name === section) || section === null) continue;
        streamed = true;
        log.add({ type: 'report.delta', section, delta });
      } else if (isStreamedEdit(event.name) && event.partialJson !== '') {
        streamed = true;
        const tool = event.name.slice(REPORT_PREFIX.length);
        log.add({ type: 'report.input', callId: event.id, tool, delta: event.partialJson });
      }
    }
    signal.throwIfAborted();
    if (!end) throw new ModelError('broken', 'it ended without being complete');
    return end;
  } finally {
    // What was shown of sections that will not be written is taken back.
    if (streamed && end?.stop !== 'tools') log.add({ type: 'report.text', markdown: progress.markdown });
  }
}
