import type { RunUsage } from '../agent/events';
import { chooseModel } from '../agent/model/choose-model';
import { runAgent } from '../agent/run-agent';
import { startRun } from '../agent/start-run';
import { ingestAlerts } from '../alerts/ingest-alerts';
import type { Actor } from '../auth/guard';
import { checkInvestigation } from '../checks/check-investigation';
import { checkReport } from '../checks/check-report';
import type { CheckFinding } from '../checks/finding';
import { db } from '../db/client';
import { readDraft } from '../drafts/read-draft';
import { errorMessage } from '../errors/app-error';
import { openInvestigation } from '../investigations/open-investigation';
import { Classification } from '../report/schema';
import { placeLibrary, placeLogs } from './installation';
import { investigateAlone } from './run-alone';
import type { CaseResult, EvaluationSettings } from './schema';
import { scoreReport } from './score';
import type { EvaluationCase } from './suites/suite';

type Investigated = {
  markdown: string;
  verdict: Classification | null;
  confidence: number | null;
  findings: CheckFinding[];
  toolCalls: number;
  tokens: number;
  cost: number | null;
  modelLabel: string;
};

/** Investigates one case in this process's installation and compares the report with the truth. A failure is a result. */
export async function runCase(
  item: EvaluationCase,
  repeat: number,
  { settings, actor, signal }: { settings: EvaluationSettings; actor: Actor; signal: AbortSignal },
): Promise<{ result: CaseResult; markdown: string | null; findings: CheckFinding[]; modelLabel: string | null }> {
  const start = performance.now();
  const shell = { id: item.id, repeat, kind: item.kind, truth: item.truth, accept: item.accept };
  const seconds = (): number => Math.round((performance.now() - start) / 100) / 10;
  try {
    await placeLibrary(item.library, actor);
    await placeLogs(item);
    const alertIds: string[] = [];
    for (const { source, document } of item.alerts)
      alertIds.push(...(await ingestAlerts(actor, source, JSON.stringify(document))).ids);
    const done =
      settings.arm === 'alone'
        ? await alone(alertIds, settings, signal)
        : await withSocdown(actor, alertIds, settings, signal);
    const errors = done.findings.filter(({ severity }) => severity === 'error').length;
    const { markdown, verdict, confidence, toolCalls, tokens, cost, modelLabel } = done;
    const result: CaseResult = {
      ...shell,
      verdict,
      confidence,
      ...scoreReport(markdown, item),
      unsupported: errors,
      warnings: done.findings.length - errors,
      toolCalls,
      tokens,
      cost,
      seconds: seconds(),
      error: verdict === null ? 'The report has no classification.' : null,
      report: `reports/${item.id.replace(/[^\w.-]/g, '_')}.${repeat}.md`,
    };
    return { result, markdown, findings: done.findings, modelLabel };
  } catch (error) {
    if (signal.aborted) throw error;
    const nothing = { timelineRecall: null, timelinePrecision: null, keyFacts: null, unsupported: 0, warnings: 0 };
    const result: CaseResult = {
      ...shell,
      ...nothing,
      verdict: null,
      confidence: null,
      words: 0,
      toolCalls: 0,
      tokens: 0,
      cost: null,
      seconds: seconds(),
      error: errorMessage(error).slice(0, 500),
      report: null,
    };
    return { result, markdown: null, findings: [], modelLabel: null };
  }
}

/** Everything that a case has in the product: the loop, its tools and prompts; then each sentence of coaching. */
async function withSocdown(
  actor: Actor,
  alertIds: string[],
  { model, coaching }: EvaluationSettings,
  signal: AbortSignal,
): Promise<Investigated> {
  const { id } = await openInvestigation(actor, { alertIds });
  let [tokens, cost, modelLabel]: [number, number | null, string] = [0, 0, ''];
  for (const instruction of [null, ...coaching]) {
    const run = await startRun(actor, id, { ...(model ? { model } : {}), ...(instruction ? { instruction } : {}) });
    await runAgent(run.id, { signal });
    const { status, error, usage, modelLabel: label } = await db().run.findUniqueOrThrow({ where: { id: run.id } });
    if (status !== 'succeeded') throw new Error(`The run ${status}: ${error ?? 'no reason was given'}`);
    const used = usage as Partial<RunUsage>; // written by the loop only
    tokens +=
      (used.inputTokens ?? 0) + (used.outputTokens ?? 0) + (used.cacheReadTokens ?? 0) + (used.cacheWriteTokens ?? 0);
    cost = cost === null || used.cost === null ? null : cost + (used.cost ?? 0);
    modelLabel = label;
  }
  const [{ markdown }, row, { items }, toolCalls] = await Promise.all([
    readDraft(actor, id),
    db().investigation.findUniqueOrThrow({ where: { id } }),
    checkInvestigation(actor, id),
    db().evidence.count({ where: { investigationId: id } }),
  ]);
  return {
    markdown,
    verdict: Classification.safeParse(row.classification).data ?? null,
    confidence: row.confidence,
    findings: items,
    toolCalls,
    tokens,
    // A program uses no tokens, and costs none.
    cost: tokens === 0 ? 0 : cost,
    modelLabel,
  };
}

async function alone(
  alertIds: string[],
  { model: chosen }: EvaluationSettings,
  signal: AbortSignal,
): Promise<Investigated> {
  const model = await chooseModel(chosen);
  const { markdown, assessment, evidence, tokens } = await investigateAlone(model, alertIds, signal);
  return {
    markdown,
    verdict: Classification.safeParse(assessment.classification).data ?? null,
    confidence: typeof assessment.confidence === 'number' ? assessment.confidence : null,
    findings: checkReport(markdown, evidence),
    toolCalls: evidence.length,
    tokens,
    cost: tokens === 0 ? 0 : null,
    modelLabel: model.label,
  };
}
