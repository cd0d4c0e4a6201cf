import { asked, type Question } from './ask-sources';
import { type Gathered, type SourceCase, text } from './case';
import { ask, type LogSource, rangeOf } from './queries';
import type { Context as Calls } from './script';
import { among } from './sql';

/** How Okta calls it when somebody enrols a factor, and when another resets those of an account. */
const ENROLLED = /^user\.mfa\.factor\.activate$/;
const RESETS = ['user.mfa.factor.reset_all', 'user.mfa.factor.deactivate'];

/** Who enrols a new factor may have been given a reset by the help desk, which is in nobody's case: so the log is asked. */
export async function findResets(context: Calls, gathered: Gathered): Promise<void> {
  const enrolling = gathered.cases.filter(
    (item) =>
      item.source.mapping.schema === 'okta' &&
      [...item.inside, ...item.outside].some(({ row }) => ENROLLED.test(text(row, 'action'))),
  );
  for (const item of enrolling) {
    const question: Question = ['Who reset the factors of those who enrolled new ones?', resets(item.source, item)];
    const [outcome] = await asked(context, gathered.steps, [question], item.source.name);
    item.resets = (outcome?.table?.rows ?? []).map((row) => ({
      row,
      evidence: outcome?.evidence ?? 0,
      source: item.source,
    }));
  }
}

/** `days`: on how many days the same person reset factors from the same address. */
const resets = (source: LogSource, { primary }: SourceCase) =>
  ask(
    source,
    rangeOf(source),
    `SELECT e.principal, action, e.ip, target, max(days) AS days, count(*) AS n, min(t) AS first, max(t) AS last FROM e
JOIN (SELECT principal AS who, ip AS place, count(DISTINCT CAST(floor(epoch(t) / 86400) AS BIGINT)) AS days FROM e WHERE ${among('action', RESETS)} AND outcome = 'ok' GROUP BY ALL) ON e.principal = who AND e.ip = place
WHERE ${among('action', RESETS)} AND outcome = 'ok' AND ${among('target', primary)} AND NOT (${among('e.principal', primary)})
GROUP BY e.principal, action, e.ip, target, t ORDER BY first`,
    200,
  );
