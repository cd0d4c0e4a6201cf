import { storable } from '../evidence/canonical-json';
import { SECTIONS } from '../investigations/schema';
import type { Message, ModelEvent } from './model/model';
import { ModelError } from './model/model-error';
import type { Answer } from './progress';
import { isStreamedEdit, REPORT_PREFIX, WRITE_SECTION } from './report-tools';
import { type SectionStream, sectionStream } from './section-stream';
import type { RunSession } from './session';
import { sleep } from './sleep';

type End = Extract<ModelEvent, { type: 'end' }>;

/**
 * One whole answer of the model. What streams is shown; what is returned comes from `end` alone, so that nothing of a
 * broken answer is ever done. An answer that broke off is asked for again a few times.
 * @throws ModelError; the signal's reason when it is aborted.
 */
export async function askModel(
  session: RunSession,
  messages: Message[],
): Promise<{ answer: Answer; usage: End['usage'] }> {
  const { limits, log, signal } = session;
  for (let retry = 0; ; retry += 1) {
    try {
      const end = await listen(session, messages);
      const { text, calls, opaque, stop } = storable(end);
      // Calls of an answer that was cut or refused are not done, complete or not.
      const answer: Answer = {
        text,
        calls: stop === 'tools' ? calls : [],
        stop,
        ...(opaque === undefined ? {} : { opaque }),
      };
      return { answer, usage: end.usage };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ModelError) || error.failure !== 'broken' || retry >= limits.turnRetries) throw error;
      log.add({ type: 'stage', text: `The model's answer broke off (${error.message}). Asking again` });
      await sleep(limits.turnRetryMs * 2 ** retry, signal);
    }
  }
}

async function listen(session: RunSession, messages: Message[]): Promise<End> {
  const { model, log, limits, signal, progress, tools } = session;
  const { system, caseFile } = progress.context;
  const request = { system, messages, tools: tools.definitions, maxOutputTokens: limits.outputTokens, caseFile };
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
