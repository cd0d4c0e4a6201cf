import { isPrivate } from '../alerts/fang';
import { asked } from './ask-sources';
import { type Context, type Fact, type Gathered, num, type SourceCase, text } from './case';
import { isAddress } from './find-actors';
import { type Finding, SET_UP_BEFORE } from './finding';
import { ask } from './queries';
import { code, defanged } from './report/escape';
import { shortName } from './report/names';
import type { Context as Calls } from './script';
import { literal } from './sql';
import { clock, DAY, HOUR, readTime } from './time';

/** How Kubernetes names the account of a program: of its namespace, by its name. */
const ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;
/** What sets a program up: its account, what it may do, what runs it. */
const SET_UP =
  '^create (serviceaccounts|clusterroles|clusterrolebindings|roles|rolebindings|deployments|statefulsets|daemonsets)$';
const MOST = 3;

/** Who made the accounts of programs that have no earlier activity: an installation is new to every log, and says nothing by that. */
export async function followMakers(context: Calls, gathered: Gathered): Promise<void> {
  for (const item of gathered.cases) {
    const names = item.coverage
      .filter(({ row }) => num(row, 'n_before') === 0 && item.primary.includes(text(row, 'principal')))
      .map(({ row }) => text(row, 'principal'))
      .filter((principal) => ACCOUNT.test(principal))
      .slice(0, MOST);
    const outcomes = await asked(
      context,
      gathered.steps,
      names.map((name) => ['Who set this account up, and others before it?', makersOf(item, name)]),
      item.source.name,
    );
    item.makers = outcomes.flatMap((outcome, index) =>
      (outcome.table?.rows ?? []).map(
        (row): Fact => ({ row: { ...row, made: names[index] }, evidence: outcome.evidence, source: item.source }),
      ),
    );
  }
}

function makersOf({ source, wide, window }: SourceCase, principal: string) {
  const [, namespace = '', name = ''] = ACCOUNT.exec(principal) ?? [];
  const mine = `(target = ${literal(name)} OR contains(coalesce(detail, ''), ${literal(`${namespace}/${name}`)}))`;
  const making = `regexp_matches(action, '${SET_UP}') AND outcome = 'ok'`;
  const before = `epoch(t) < ${(window.from - DAY) / 1000}`;
  const earlier = `${making} AND NOT ${mine} AND ${before}`;
  return ask(
    source,
    wide,
    `SELECT principal, ip, min(agent) FILTER (WHERE ${making} AND ${mine}) AS agent, count(*) FILTER (WHERE ${making} AND ${mine}) AS n, min(t) FILTER (WHERE ${making} AND ${mine}) AS first, max(t) FILTER (WHERE ${making} AND ${mine}) AS last,
  count(DISTINCT CAST(floor(epoch(t) / 86400) AS BIGINT)) FILTER (WHERE ${before}) AS days_before, min(target) FILTER (WHERE ${earlier} AND action = 'create serviceaccounts') AS other, min(t) FILTER (WHERE ${earlier} AND action = 'create serviceaccounts') AS other_at
FROM e WHERE principal IS NOT NULL GROUP BY principal, ip HAVING n > 0 ORDER BY first`,
    10,
  );
}

/** Days on which somebody worked from a place before what they set up from there is theirs. */
const USUAL_DAYS = 3;
/** A program begins to work when it has been set up. */
const SOON = 2 * HOUR;

/** Whoever set an account up in the way and from the place in which they had set up another before; null where they had not. */
function usualMaker(item: SourceCase, principal: string): Fact | null {
  const own = item.who.filter(({ row }) => text(row, 'principal') === principal);
  const begins = Math.min(...own.map(({ row }) => readTime(row.first) ?? Number.POSITIVE_INFINITY));
  const places = own.map(({ row }) => text(row, 'ip')).filter(isAddress);
  const makers = (item.makers ?? []).filter(({ row }) => text(row, 'made') === principal);
  const [maker] = makers;
  if (!maker || makers.length > 1 || !places.every(isPrivate)) return null;
  const at = readTime(maker.row.first) ?? 0;
  const isUsual = num(maker.row, 'days_before') >= USUAL_DAYS && text(maker.row, 'other') !== '';
  return isUsual && at <= begins && begins - at <= SOON ? maker : null;
}

/** What a program does when it is new: explained by whoever set it up, unless it is critical or was refused. */
export function explainNewcomers(findings: Finding[], cases: SourceCase[]): void {
  for (const item of cases)
    for (const finding of findings) {
      const [principal = '', ...others] = finding.principals;
      const isThere = finding.facts.some(({ source }) => source === item.source);
      if (!isThere || others.length > 0 || finding.explained !== null || finding.level === 'critical') continue;
      const maker = usualMaker(item, principal);
      if (!maker || finding.attempt) continue;
      finding.explained = SET_UP_BEFORE;
      finding.score = 0;
    }
}

export const isNewcomer = (cases: SourceCase[], principal: string): boolean =>
  cases.some((item) => usualMaker(item, principal) !== null);

/** "set up by `gitops` from `203.0.113.90` with `Helm` at 09:15:22Z", and which other before. */
export function setUpOf(cases: SourceCase[], principal: string): { text: string; evidence: number[] } | null {
  const [maker] = cases.flatMap((item) => usualMaker(item, principal) ?? []);
  if (!maker) return null;
  const { row, evidence } = maker;
  return {
    text: `${setUpText(maker)}, as ${code(text(row, 'other'), 60)} was at ${clock(readTime(row.other_at) ?? 0)}`,
    evidence: [evidence],
  };
}

const setUpText = ({ row }: Fact): string =>
  `set up by ${shortName(text(row, 'principal'))} from ${code(defanged(text(row, 'ip')))} with ${code(text(row, 'agent'), 40)} at ${clock(readTime(row.first) ?? 0)}`;

/** Where a new account comes from, which is the first question about it; in a verdict that rests on it, it is said there. */
export const makerContext = (item: SourceCase): Context[] =>
  (item.makers ?? [])
    .filter(({ row }) => usualMaker(item, text(row, 'made')) === null)
    .slice(0, 1)
    .map((fact) => ({
      text: `${shortName(text(fact.row, 'made'))} was ${setUpText(fact)}`,
      evidence: [fact.evidence],
      speaksFor: 'own-work' as const,
    }));
