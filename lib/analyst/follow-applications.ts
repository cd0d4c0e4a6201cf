import { asked } from './ask-sources';
import { type Context, type Fact, type Gathered, num, type SourceCase, targetsOf, text } from './case';
import type { Finding } from './finding';
import { ask } from './queries';
import { code } from './report/escape';
import { few, shortName } from './report/names';
import type { Context as Calls } from './script';
import { among } from './sql';
import { clock, readTime, span } from './time';

/** Access that somebody gave an application to their account. */
const GRANTED = 'T1528';
const MOST = 3;
/** How systems call it that an administrator allows an application for everybody. */
const ALLOWS = 'trust|allow|approv|whitelist';
/** Days on which an administrator worked from a place before what they allow from there is theirs. */
const OWN_PLACE_DAYS = 3;

/**
 * Of an application that was given access: who else gave it access, and whether an administrator had allowed it. Many who give the same
 * unknown application access are a campaign; many who give it after it was allowed are a roll-out.
 */
export async function followApplications(context: Calls, gathered: Gathered): Promise<void> {
  for (const item of gathered.cases) {
    const granted = grantsIn(item, gathered);
    const names = [...new Set(granted.flatMap(({ row }) => targetsOf(row)))].slice(0, MOST);
    if (names.length === 0) continue;
    const range = item.wide;
    const from = Math.min(...granted.map(({ row }) => readTime(row.first) ?? Number.POSITIVE_INFINITY)) / 1000;
    const actions = [...new Set(granted.map(({ row }) => text(row, 'action')))];
    const isApplication = among('target', names);
    const allows = `${isApplication} AND outcome = 'ok' AND regexp_matches(action, '${ALLOWS}', 'i')`;
    const [others, allowed] = await asked(
      context,
      gathered.steps,
      [
        [
          'Who else gave this application access?',
          ask(
            item.source,
            range,
            `SELECT target, principal, count(*) AS n, min(t) AS first, max(t) AS last FROM e WHERE ${isApplication} AND outcome = 'ok' AND ${among('action', actions)} GROUP BY ALL ORDER BY first`,
            200,
          ),
        ],
        [
          'Had an administrator allowed the application?',
          ask(
            item.source,
            range,
            `SELECT principal, ip, min(target) FILTER (WHERE ${allows}) AS target, min(action) FILTER (WHERE ${allows}) AS action, count(*) FILTER (WHERE ${allows}) AS n, min(t) FILTER (WHERE ${allows}) AS first, max(t) FILTER (WHERE ${allows}) AS last, count(DISTINCT CAST(floor(epoch(t) / 86400) AS BIGINT)) FILTER (WHERE epoch(t) < ${from}) AS days_before
FROM e WHERE principal IS NOT NULL GROUP BY principal, ip HAVING n > 0 ORDER BY first`,
            20,
          ),
        ],
      ],
      item.source.name,
    );
    const facts = (outcome: typeof others): Fact[] =>
      (outcome?.table?.rows ?? []).map((row) => ({ row, evidence: outcome?.evidence ?? 0, source: item.source }));
    item.applications = { others: facts(others), allowed: facts(allowed), asked: others?.ok ? others.evidence : 0 };
  }
}

const isGrant = (techniques: readonly string[] | undefined): boolean => techniques?.includes(GRANTED) ?? false;

const grantsIn = ({ episodes }: SourceCase, { detections }: Gathered): Fact[] =>
  episodes.filter(
    ({ row }) =>
      text(row, 'outcome') === 'ok' &&
      isGrant(detections.rules.get(text(row, 'rule'))?.techniques) &&
      targetsOf(row).length > 0,
  );

/** The administrator who had allowed an application before anybody gave it access, from a place of their own; null: nobody had. */
function allowerOf({ applications }: SourceCase, name: string, granter: string): Fact | null {
  const first = applications?.others.find(({ row }) => text(row, 'target') === name);
  const [found] = (applications?.allowed ?? []).filter(
    ({ row }) =>
      text(row, 'target') === name &&
      text(row, 'principal') !== granter &&
      num(row, 'days_before') >= OWN_PLACE_DAYS &&
      (readTime(row.first) ?? Number.POSITIVE_INFINITY) <= (readTime(first?.row.first) ?? 0),
  );
  return found ?? null;
}

/** An application that an administrator had allowed is what it was allowed for. */
export function explainApplications(findings: Finding[], cases: SourceCase[]): void {
  for (const item of cases)
    for (const finding of findings) {
      const isHere = finding.facts.length > 0 && finding.facts.every(({ source }) => source === item.source);
      if (!isHere || finding.kind !== 'action' || !isGrant(finding.techniques) || finding.attempt) continue;
      if (finding.explained !== null || finding.level === 'critical') continue;
      const allowers = finding.facts.flatMap(({ row }) =>
        targetsOf(row).map((name) => allowerOf(item, name, text(row, 'principal'))),
      );
      const [allower] = allowers;
      if (!allower || allowers.includes(null)) continue;
      finding.explained = 'an administrator had allowed the application before';
      finding.score = 0;
      finding.usual = {
        text: `after ${shortName(text(allower.row, 'principal'))} had allowed it for the organization at ${clock(readTime(allower.row.first) ?? 0)}`,
        evidence: [allower.evidence],
      };
    }
}

/** Who else gave an application access: whether it is one person's matter or more, and where it began. */
export function applicationContext({ applications, source }: SourceCase): Context[] {
  if (!applications || applications.asked === 0) return [];
  const names = [...new Set(applications.others.map(({ row }) => text(row, 'target')))];
  return names.slice(0, 1).map((name) => {
    const all = applications.others.filter(({ row }) => text(row, 'target') === name);
    const granters = [...new Set(all.map(({ row }) => text(row, 'principal')))];
    const times = all.flatMap(({ row }) => [readTime(row.first), readTime(row.last)]).filter((time) => time !== null);
    return {
      text:
        granters.length < 2
          ? `No other account gave ${code(name, 80)} access in ${code(source.name)}`
          : `${granters.length} accounts gave ${code(name, 80)} access, ${span(Math.min(...times), Math.max(...times))}: ${few(granters.map(shortName))}`,
      evidence: [applications.asked],
      speaksFor: 'application' as const,
    };
  });
}
