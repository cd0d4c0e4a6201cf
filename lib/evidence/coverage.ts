import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { db, pool } from '../db/client';
import { notFound } from '../errors/app-error';
import { citedNumbers } from '../report/citations';
import { readHypotheses } from '../report/hypotheses';
import { readSection } from '../report/report';
import { listEvidence } from './list-evidence';
import type { EvidenceItem } from './schema';
import { asksSource, namesSource } from './source-calls';
import { listingGaps } from './source-gaps';

/** From best to worst: something was found; what was found was cut; nothing was found; no call worked; nobody asked. */
export const COVERAGE_STATES = ['answered', 'truncated', 'empty', 'failed', 'unqueried'] as const;
export const CoverageState = z.enum(COVERAGE_STATES);
export type CoverageState = z.infer<typeof CoverageState>;

const Cell = z.object({
  /** The best of its calls: one that failed and was asked again otherwise did look. */
  state: CoverageState,
  /** Calls by how they ended. */
  counts: z.object({ answered: z.number(), truncated: z.number(), empty: z.number(), failed: z.number() }),
  /** E-numbers, in order. */
  evidence: z.array(z.number()),
});
export type CoverageCell = z.infer<typeof Cell>;

export const Coverage = z.object({
  hypotheses: z.array(z.object({ name: z.string(), status: z.string().nullable() })),
  sources: z.array(
    z.object({
      server: z.string(),
      /** A log source by name; null: a server as a whole, whose calls name no source. */
      source: z.string().nullable(),
      /** All calls of the case. */
      overall: Cell,
      /** Those that the report cites under a hypothesis, in the order of `hypotheses`. */
      cells: z.array(Cell),
      /** Why something may be in it although no answer shows it. */
      gaps: z.array(z.string()),
    }),
  ),
  /** The same of no source in particular: skipped files, files that were still being read. */
  gaps: z.array(z.string()),
});
export type Coverage = z.infer<typeof Coverage>;

const MAX_SOURCES = 100;
const MAX_HYPOTHESES = 8;

/**
 * What was looked at, and what was not: sources by hypotheses of the draft. Sources are those the last listing named, and
 * every server that was called or is connected.
 * @throws AppError not_found
 */
export async function readCoverage(actor: Actor, investigationId: string): Promise<Coverage> {
  authorize(actor, 'evidence.read');
  const items = (await listEvidence(actor, investigationId)).filter((item) => item.status !== 'running');
  const [draft, connections, listings, first] = await Promise.all([
    db().draft.findUnique({ where: { investigationId }, select: { markdown: true } }),
    db().connection.findMany({
      where: { enabled: true },
      select: { name: true },
      orderBy: { name: 'asc' },
      take: MAX_SOURCES,
    }),
    readListings(investigationId),
    db().investigationAlert.findFirst({
      where: { investigationId },
      select: { alert: { select: { occurredAt: true } } },
      orderBy: { alert: { occurredAt: 'asc' } },
    }),
  ]);
  if (!draft) throw notFound('investigation');
  const listed = sourcesOf(listings);
  const gaps = listings.flatMap(({ server, structured }) =>
    listingGaps(structured, first?.alert.occurredAt.getTime() ?? null).map((gap) => ({ server, ...gap })),
  );
  const hypotheses = readHypotheses(readSection(draft.markdown, 'Hypothesis Analysis') ?? '').slice(0, MAX_HYPOTHESES);
  const cited = hypotheses.map(({ text }) => new Set(citedNumbers(text)));

  const withSources = new Set(listed.map(({ server }) => server));
  const servers = [...new Set([...items.map(({ server }) => server), ...connections.map(({ name }) => name)])];
  const rows = [
    ...listed.map(({ server, source }) => ({
      server,
      source,
      calls: items.filter((item) => item.server === server && asksSource(item.tool) && namesSource(item.args, source)),
    })),
    ...servers
      .filter((server) => !withSources.has(server))
      .map((server) => ({ server, source: null, calls: items.filter((item) => item.server === server) })),
  ];
  return {
    hypotheses: hypotheses.map(({ name, status }) => ({ name, status })),
    sources: rows.map(({ server, source, calls }) => ({
      server,
      source,
      overall: cellOf(calls),
      cells: cited.map((numbers) => cellOf(calls.filter(({ number }) => numbers.has(number)))),
      gaps: gaps
        .filter((gap) => gap.server === server && gap.source === source && source !== null)
        .map(({ text }) => text),
    })),
    gaps: gaps.filter((gap) => gap.source === null).map(({ text }) => text),
  };
}

function cellOf(calls: EvidenceItem[]): CoverageCell {
  const counts = { answered: 0, truncated: 0, empty: 0, failed: 0 };
  for (const call of calls) counts[stateOf(call)] += 1;
  const state = COVERAGE_STATES.find((one) => one !== 'unqueried' && counts[one] > 0) ?? 'unqueried';
  return { state, counts, evidence: calls.map(({ number }) => number) };
}

function stateOf({ status, truncated, rows }: EvidenceItem): Exclude<CoverageState, 'unqueried'> {
  if (status !== 'ok') return 'failed';
  if (truncated) return 'truncated';
  return rows === 0 ? 'empty' : 'answered';
}

type Listing = { server: string; structured: unknown };

/** The newest answered listing of each server. */
async function readListings(investigationId: string): Promise<Listing[]> {
  const { rows } = await pool().query<Listing>(
    `SELECT DISTINCT ON (server) server, result->'structured' AS structured FROM evidence
     WHERE investigation_id = $1 AND tool = 'list_sources' AND status = 'ok'
       AND jsonb_typeof(result->'structured'->'sources') = 'array'
     ORDER BY server, number DESC`,
    [investigationId],
  );
  return rows;
}

/** The sources that the newest answered listing of each server named. */
export const listedSources = async (investigationId: string): Promise<ListedSource[]> =>
  sourcesOf(await readListings(investigationId));

/** `format`: what the listing says of its files, such as `vpc-flow`; '' where it says nothing. */
export type ListedSource = { server: string; source: string; format: string };

const sourcesOf = (listings: Listing[]): ListedSource[] =>
  listings
    .flatMap(({ server, structured }) => namesIn(structured).map((found) => ({ server, ...found })))
    .slice(0, MAX_SOURCES);

const Named = z.object({ sources: z.array(z.unknown()) });
const namesIn = (structured: unknown): { source: string; format: string }[] =>
  (Named.safeParse(structured).data?.sources ?? []).flatMap((item) => {
    const { name, format } = (typeof item === 'object' && item !== null ? item : {}) as Record<string, unknown>;
    return typeof name === 'string' ? [{ source: name, format: typeof format === 'string' ? format : '' }] : [];
  });
