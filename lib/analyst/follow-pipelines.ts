import { asked } from './ask-sources';
import { type Fact, type Gathered, num, type SourceCase, text } from './case';
import { covers } from './choose-sources';
import type { Hit } from './find-values';
import { ask, type LogSource } from './queries';
import type { Context } from './script';
import { MINUTE, readTime } from './time';

/** Identities under which build services work in a cloud account or cluster. */
const OF_PIPELINE =
  /github|gitlab|bitbucket|jenkins|buildkite|circleci|codebuild|azure-?devops|pipeline|(?:^|[/:_-])(?:ci|cicd|gha)(?:[/:_-]|$)/i;
/** What logs of code and build services call the start of a run. */
const STARTS = 'workflow.*(run|dispatch)|pipeline.*(creat|start|run)|build.*(creat|start|queue)|job.*(creat|start)';
/** A run begins to work in the cloud soon after it was started. */
const SOON = 20 * MINUTE;
const MOST = 3;

/**
 * Who started the runs in which a build service did what the case is about, in the logs of the code: whoever changes a build acts with its
 * rights.
 */
export async function followPipelines(context: Context, gathered: Gathered): Promise<Map<LogSource, Hit[]>> {
  const found = new Map<LogSource, Hit[]>();
  const begins = gathered.cases.flatMap((item) => startsOf(item, gathered.subject.at));
  const [from, to] = [Math.min(...begins) - SOON, Math.max(...begins)];
  const others = gathered.sources.filter(
    (source) =>
      source.mapping.hasAction &&
      covers(source, gathered.subject.at) &&
      !gathered.cases.some((item) => item.source === source),
  );
  if (begins.length === 0 || others.length === 0) return found;
  const outcomes = await asked(
    context,
    gathered.steps,
    others.map((source) => [
      'Who started the run of the build service?',
      ask(
        source,
        { from, to },
        `SELECT principal, ip, action, target, count(*) AS n, min(t) AS first, max(t) AS last FROM e WHERE regexp_matches(action, '${STARTS}', 'i') AND principal IS NOT NULL GROUP BY ALL ORDER BY last DESC`,
        20,
      ),
    ]),
  );
  outcomes.forEach((outcome, index) => {
    const rows = (outcome.table?.rows ?? []).filter((row) =>
      begins.some((begin) => isBefore(begin, readTime(row.last)) || isBefore(begin, readTime(row.first))),
    );
    gathered.runs = [
      ...(gathered.runs ?? []),
      ...rows.map((row): Fact => ({ row, evidence: outcome.evidence, source: others[index] as LogSource })), // one answer per source
    ];
    const hits = rows.map(
      (row): Hit => ({
        value: text(row, 'principal').toLowerCase(),
        as: 'actor',
        n: num(row, 'n'),
        first: null,
        last: null,
      }),
    );
    const distinct = [...new Map(hits.map((hit) => [hit.value, hit])).values()].slice(0, MOST);
    if (distinct.length > 0) found.set(others[index] as LogSource, distinct); // one answer per source
  });
  return found;
}

const isBefore = (begin: number, time: number | null): boolean =>
  time !== null && time <= begin && time >= begin - SOON;

/** When the sessions of build services began that lie nearest to the alert. */
function startsOf({ sessions, primary, window }: SourceCase, at: number | null): number[] {
  const own = sessions.filter(
    ({ row }) => primary.includes(text(row, 'principal')) && OF_PIPELINE.test(text(row, 'principal')),
  );
  return own
    .map(({ row }) => ({ first: readTime(row.first) ?? 0, last: readTime(row.last) ?? 0 }))
    .filter(({ first, last }) => last >= window.from && first <= window.to && (at === null || first <= at))
    .map(({ first }) => first)
    .sort((a, b) => b - a)
    .slice(0, MOST);
}
