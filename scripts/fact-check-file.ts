import { chooseModel } from '@/lib/agent/model/choose-model';
import { tokensOf } from '@/lib/agent/spend';
import { factFindings } from '@/lib/checks/fact-findings';
import { passagesOf } from '@/lib/checks/passages';
import { AppError } from '@/lib/errors/app-error';
import { type NotReadReason, readPassages } from '@/lib/fact-check/read-passages';
import { plural } from '@/lib/text/phrases';
import { printFindings, readReportFile } from './check-file';

const REASONS: Record<NotReadReason, string> = {
  'too-large': 'what they cite is too large for one request',
  'rows-gone': 'the rows that they cite are no longer kept',
  'no-answer': 'the model gave no answer for them',
  refused: 'the model refused to read them',
};

/**
 * Has the configured model read a report file against the evidence file beside it, and prints what it found as `check` does,
 * with how much was read and how many tokens it took.
 * @throws AppError unprocessable without a language model, or when there are findings, so that the exit code is 1.
 */
export async function factCheckFile(
  file: string,
  { model: chosen, json = false }: { model?: string; json?: boolean },
): Promise<void> {
  const { report, records } = readReportFile(file);
  const model = await chooseModel(chosen ?? null);
  if (!model.isLanguageModel)
    throw new AppError(
      'unprocessable',
      'No language model is connected. Set ANTHROPIC_API_KEY or ANTHROPIC_BASE_URL, or use check, which needs none.',
    );
  const passages = passagesOf(report, records);
  let tokens = 0;
  const { readings, notRead, unverifiable } = await readPassages({
    passages,
    records,
    alert: '',
    model,
    signal: new AbortController().signal,
    onUsage: async (usage) => {
      tokens += tokensOf(usage);
    },
    onReading: async (more) => console.error(`${plural(more.length, 'statement')} read`),
    onStage: (text) => console.error(text),
  });
  const findings = factFindings(passages, readings);
  if (json) console.log(JSON.stringify({ findings, readings, notRead, unverifiable, tokens }, null, 2));
  else {
    for (const line of printFindings(file, findings)) console.log(line);
    const read = `${readings.length} of ${plural(passages.length, 'statement')} read by ${model.label}`;
    console.log(`${file}: ${read}, ${tokens.toLocaleString('en-US')} tokens.`);
    for (const [reason, words] of Object.entries(REASONS)) {
      const count = notRead.filter(({ because }) => because === reason).length;
      if (count > 0) console.log(`Not read: ${plural(count, 'statement')}, because ${words}.`);
    }
  }
  if (findings.length > 0) throw new AppError('unprocessable', `${plural(findings.length, 'warning')}.`);
}
