import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { db } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { notFound } from '../errors/app-error';
import { citedNumbers } from '../report/citations';
import { parseReport, type Report } from '../report/report';
import { Classification, type SectionName } from '../report/schema';

/** Tools whose results are past cases. */
const PRECEDENT_TOOLS = ['search_cases', 'get_case', 'grep_cases'];
const MAX_CLAIMS = 10;

const Verdict = z.object({ classification: Classification, confidence: z.number().nullable() });

export const Precedents = z.object({
  /** Sentences of the summary and of supported hypotheses that rest on a past case. */
  claims: z.array(z.object({ line: z.number(), text: z.string() })),
  /** What the report says. */
  verdict: Verdict.nullable(),
  /** The newest run without past cases; null: none yet. */
  rerun: z
    .object({
      runId: z.string(),
      status: z.string(),
      startedAt: z.string(),
      verdict: Verdict.nullable(),
      /** Whether its classification is another than the report's; null while one of them is missing. */
      moved: z.boolean().nullable(),
    })
    .nullable(),
});
export type Precedents = z.infer<typeof Precedents>;

/**
 * Whether a case's verdict rests on past cases, and what came of investigating without them. A precedent counts where it argues: in
 * the summary and in hypotheses that are supported, by a citation of a record with past cases, a codename, or in words.
 * @throws AppError not_found
 */
export async function readPrecedents(actor: Actor, id: string): Promise<Precedents> {
  authorize(actor, 'investigations.read');
  const found = isUuid(id)
    ? await db().investigation.findUnique({
        where: { id },
        select: { codename: true, draft: { select: { markdown: true } } },
      })
    : null;
  if (!found) throw notFound('investigation');
  const report = parseReport(found.draft?.markdown ?? '');
  const { classification, confidence } = report.frontMatter ?? {};
  const verdict = classification ? { classification, confidence: confidence ?? null } : null;
  const [claims, run] = await Promise.all([
    claimsOf(id, found.codename, report),
    db().run.findFirst({ where: { investigationId: id, withoutPrecedents: true }, orderBy: { createdAt: 'desc' } }),
  ]);
  const outcome = Verdict.safeParse(run?.outcome).data ?? null;
  return {
    claims,
    verdict,
    rerun: run && {
      runId: run.id,
      status: run.status,
      startedAt: run.createdAt.toISOString(),
      verdict: outcome,
      moved: verdict && outcome ? verdict.classification !== outcome.classification : null,
    },
  };
}

async function claimsOf(id: string, own: string, report: Report): Promise<Precedents['claims']> {
  const lines = arguingLines(report);
  if (lines.length === 0) return [];
  const names = [...new Set(lines.flatMap(({ text }) => text.match(CODENAME) ?? []))].filter((name) => name !== own);
  const [records, cases] = await Promise.all([
    db().evidence.findMany({
      // A search that found no case is no precedent.
      where: { investigationId: id, server: 'socdown', tool: { in: PRECEDENT_TOOLS }, status: 'ok', NOT: { rows: 0 } },
      select: { number: true },
    }),
    names.length === 0
      ? []
      : db().investigation.findMany({ where: { codename: { in: names.slice(0, 200) } }, select: { codename: true } }),
  ]);
  const numbers = new Set(records.map(({ number }) => number));
  const known = new Set(cases.map(({ codename }) => codename));
  return lines
    .filter(
      ({ text }) =>
        !DENIED.test(text) &&
        (citedNumbers(text).some((number) => numbers.has(number)) ||
          (text.match(CODENAME) ?? []).some((name) => known.has(name)) ||
          PRECEDENT.test(text)),
    )
    .slice(0, MAX_CLAIMS);
}

const CODENAME = /\b[a-z]+-[a-z]+-[a-z]+\b/g;
const PRECEDENT =
  /\b(?:precedents?|(?:past|previous|earlier|prior|similar|approved|related) (?:cases?|investigations?|incidents?))\b/i;
/** "No past case is about these entities" is no precedent, nor is one that is named to be set aside. */
const DENIED =
  /\b(?:no|none of the|without (?:an?y? )?)\s+(?:\w+\s+){0,3}(?:precedents?|cases?|investigations?)\b|\b(?:not|isn[’']t|does not|doesn[’']t) (?:rest|rely|depend)/i;

/** Sentences of the summary and, in supported hypotheses, what speaks for them; with their lines. */
function arguingLines(report: Report): Precedents['claims'] {
  const supported = report.hypotheses.flatMap(({ status, line }, at) => {
    if (!/^supported\b/i.test(status?.trim() ?? '')) return [];
    const end = report.hypotheses[at + 1]?.line ?? Number.POSITIVE_INFINITY;
    const own = blocksIn(report, 'Hypothesis Analysis').filter((block) => block.line > line && block.line < end);
    const against = own.findIndex(({ text }) => /^\W*Against\b/i.test(text));
    return against < 0 ? own : own.slice(0, against);
  });
  return [...blocksIn(report, 'Executive Summary'), ...supported].flatMap(({ line, text }) =>
    // A citation behind the full stop belongs to the sentence before it.
    text.split(/(?<=[.!?])\s+(?!\[E)/).map((sentence) => ({ line, text: sentence.trim() })),
  );
}

const blocksIn = (report: Report, name: SectionName) =>
  report.section(name)?.blocks.filter(({ kind }) => kind !== 'heading' && kind !== 'code') ?? [];
