import { asked } from './ask-sources';
import { type Fact, type Gathered, text } from './case';
import { covers } from './choose-sources';
import type { Hit } from './find-values';
import { ask, type LogSource, type Range } from './queries';
import type { Context as Calls } from './script';
import { readTime } from './time';

/** A page answers when its command has run: so far apart the two records may be. */
const SECONDS = 3;
const MOST_TIMES = 40;
/** Fields that the log of a web server or of a load balancer has, whatever it calls the rest. */
const METHOD = /(?:^|[._-])(?:method|verb)$/i;
const STATUS = /(?:^|[._-])status(?:_?code)?$/i;

/**
 * Who asked a web server for what when it was made to run commands: the log of its processes has the commands, that of its requests
 * the address and the page. Kept with the case; gives whom the log of the requests is to be gathered for.
 */
export async function followRequests(context: Calls, gathered: Gathered): Promise<Map<LogSource, Hit[]>> {
  const shells = gathered.cases.flatMap(({ inside }) => inside.filter((fact) => isWebShell(gathered, fact)));
  const times = [
    ...new Set(shells.flatMap(({ row }) => [readTime(row.first), readTime(row.last)]).filter((time) => time !== null)),
  ].slice(0, MOST_TIMES);
  const webLogs = gathered.sources.filter(
    (source) =>
      covers(source, gathered.subject.at) &&
      source.fields.some((field) => METHOD.test(field)) &&
      source.fields.some((field) => STATUS.test(field)),
  );
  if (times.length === 0 || webLogs.length === 0) return new Map();
  const range = { from: Math.min(...times) - 60_000, to: Math.max(...times) + 60_000 };
  const outcomes = await asked(
    context,
    gathered.steps,
    webLogs.map((source) => ['Who asked the web server for what at these moments?', requestsAt(source, range, times)]),
  );
  const found = new Map<LogSource, Hit[]>();
  outcomes.forEach((outcome, index) => {
    const source = webLogs[index] as LogSource; // one answer per source
    const [row] = outcome.table?.rows ?? [];
    if (!row || text(row, 'ip') === '') return;
    gathered.requests.push({ row, evidence: outcome.evidence, source });
    found.set(source, [{ value: text(row, 'ip'), as: 'address', n: 1, first: null, last: null }]);
  });
  return found;
}

export const isWebShell = ({ detections }: Gathered, { row, source }: Fact): boolean =>
  text(row, 'agent') !== '' &&
  !source.fields.some((field) => STATUS.test(field)) &&
  (detections.rules.get(text(row, 'rule'))?.techniques.includes('T1505.003') ?? false);

/** Pages that one address was given at most of the moments, and at more than one unless something was sent to it. */
const requestsAt = (source: LogSource, range: Range, times: number[]) =>
  ask(
    source,
    range,
    `SELECT ip, action, regexp_extract(target, '^[^?]*') AS page, count(DISTINCT t) AS n, count(DISTINCT x) AS moments, min(t) AS first, max(t) AS last
FROM e JOIN (SELECT unnest([${times.map((time) => time / 1000).join(', ')}]) AS x) ON abs(epoch(t) - x) <= ${SECONDS}
WHERE outcome = 'ok' AND ip IS NOT NULL GROUP BY ALL HAVING moments >= ${Math.max(1, Math.ceil(times.length / 2))} AND (moments > 1 OR action IN ('POST', 'PUT')) ORDER BY moments DESC, n DESC`,
    10,
  );
