import type { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { pool } from '../db/client';
import { loadKnownSecrets } from '../secrets/load-secrets';
import { maskSecrets } from '../secrets/mask-secrets';
import { groupIncidents, type Incident, similarTexts } from './group';
import { type Correction, CorrectionQuery } from './schema';

/** The newest so many of each kind are looked at. */
const MAX_ROWS = 2000;
/** Texts are compared with each other. */
const MAX_COACHINGS = 400;
const CASE = `json_build_object('id', i.id, 'codename', i.codename, 'title', i.title) AS "case"`;

/** What people corrected in at least two cases of the last `days`; the most frequent of each kind first. */
export async function listCorrections(
  actor: Actor,
  input: z.input<typeof CorrectionQuery> = {},
): Promise<Correction[]> {
  authorize(actor, 'method.read');
  const { days } = CorrectionQuery.parse(input);
  const since = new Date(Date.now() - days * 86_400_000);
  await loadKnownSecrets();
  const found = await Promise.all([verdicts(since), coachings(since), overrides(since), rejections(since)]);
  return found.flat().map((correction) => ({
    ...correction,
    subject: maskSecrets(correction.subject),
    words: correction.words.map(maskSecrets),
  }));
}

/** A first verdict of a model or the built-in analyst that people changed, by the rule of the case's alerts. */
async function verdicts(since: Date): Promise<Correction[]> {
  const { rows } = await pool().query<Incident>(
    `SELECT DISTINCT ON (i.opened_at, i.id, a.rule) a.rule AS subject, i.proposed_classification AS "from", i.classification AS "to",
       1 AS times, ${CASE}, NULL AS words, i.opened_at AS at
     FROM (SELECT * FROM investigations WHERE opened_at >= $1 ORDER BY opened_at DESC, id DESC LIMIT $2) i
     JOIN investigation_alerts l ON l.investigation_id = i.id JOIN alerts a ON a.id = l.alert_id
     WHERE i.assessment = 'set' AND i.proposed_classification <> i.classification AND a.rule IS NOT NULL AND a.rule <> ''
     ORDER BY i.opened_at DESC, i.id DESC, a.rule`,
    [since, MAX_ROWS],
  );
  const incidents = rows.map((row) => ({ ...row, kind: 'verdict' as const }));
  return groupIncidents(incidents, ({ subject, from, to }) => `${subject}\n${from}\n${to}`);
}

/** What people typed to a model, where it was much the same in several cases. A coaching button's own words don't count. */
async function coachings(since: Date): Promise<Correction[]> {
  const { rows } = await pool().query<Incident>(
    `SELECT r.instruction AS subject, 1 AS times, ${CASE}, r.instruction AS words, r.created_at AS at
     FROM (SELECT * FROM runs ORDER BY id DESC LIMIT $2) r JOIN investigations i ON i.id = r.investigation_id
     WHERE r.created_at >= $1 AND r.kind IN ('coach', 'ask') AND r.coaching IS NULL AND r.instruction <> ''
     ORDER BY r.id DESC LIMIT $3`,
    [since, MAX_ROWS * 3, MAX_COACHINGS],
  );
  const keys = new Map<Incident, string>();
  const heads = similarTexts(rows.map(({ subject }) => subject));
  const incidents = rows.map((row): Incident => ({ ...row, kind: 'coaching' }));
  for (const [at, incident] of incidents.entries()) keys.set(incident, heads[at] ?? '');
  return groupIncidents(incidents, (incident) => keys.get(incident) ?? '');
}

/** Errors of the checks that reviewers approved anyway, by check. */
async function overrides(since: Date): Promise<Correction[]> {
  const { rows } = await pool().query<Incident>(
    `SELECT o.finding->>'rule' AS subject, count(*)::int AS times, ${CASE}, min(o.finding->>'reason') AS words, v.decided_at AS at
     FROM (SELECT * FROM reviews WHERE decided_at >= $1 ORDER BY decided_at DESC LIMIT $2) v
     JOIN investigations i ON i.id = v.investigation_id
     CROSS JOIN LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof(v.overrides) = 'array' THEN v.overrides ELSE '[]' END) AS o(finding)
     WHERE v.status = 'approved' GROUP BY 1, i.id, v.id, v.decided_at ORDER BY v.decided_at DESC`,
    [since, MAX_ROWS],
  );
  const incidents = rows.map((row) => ({ ...row, kind: 'override' as const }));
  return groupIncidents(incidents, ({ subject }) => subject);
}

type Rejected = { base: string; starts: number[]; case: Incident['case']; at: Date };

/** Changes that people turned down, by the section of the report. */
async function rejections(since: Date): Promise<Correction[]> {
  const { rows } = await pool().query<Rejected>(
    `SELECT p.base_markdown AS base, array_agg((h.hunk->>'start')::int) AS starts, ${CASE}, p.created_at AS at
     FROM (SELECT * FROM proposals ORDER BY id DESC LIMIT $2) p JOIN investigations i ON i.id = p.investigation_id
     CROSS JOIN LATERAL jsonb_array_elements(p.hunks) AS h(hunk)
     WHERE p.created_at >= $1 AND h.hunk->>'status' = 'rejected'
     GROUP BY p.id, p.base_markdown, p.created_at, i.id ORDER BY p.created_at DESC`,
    [since, MAX_ROWS / 4],
  );
  const incidents = rows.flatMap((row) => {
    const lines = row.base.split('\n');
    const counts = new Map<string, number>();
    for (const start of row.starts) {
      const section = sectionAt(lines, start);
      if (section !== null) counts.set(section, (counts.get(section) ?? 0) + 1);
    }
    return [...counts].map(
      ([subject, times]): Incident => ({ kind: 'rejection', subject, times, case: row.case, words: null, at: row.at }),
    );
  });
  return groupIncidents(incidents, ({ subject }) => subject);
}

/** The section that a line of a report is in; null above the first. */
function sectionAt(lines: string[], start: number): string | null {
  for (let at = Math.min(start, lines.length - 1); at >= 0; at -= 1) {
    const heading = /^## +(.+?)\s*$/.exec(lines[at] ?? '')?.[1];
    if (heading) return heading;
  }
  return null;
}
