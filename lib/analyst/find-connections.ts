import { asked, type Question } from './ask-sources';
import { type Context, type Fact, type Gathered, num, text } from './case';
import { covers } from './choose-sources';
import { ask, type LogSource, type Range, rangeOf } from './queries';
import { code } from './report/escape';
import type { Context as Calls } from './script';
import { CONNECTION } from './sources/flows';
import { identifier } from './sql';
import { DAY, readTime, span } from './time';

const OPENS = 'AuthorizeSecurityGroupIngress';
const CLOSES = 'RevokeSecurityGroupIngress';
const EVERYBODY = /\bopen to `(?:0\.0\.0\.0\/0|::\/0)`/;
/** A web server is there to be reached: that it was says nothing. */
const WEB = ['80', '443'];
const MOST = 3;
/** Ranges that no connection from the internet comes from. */
const INSIDE = "'^(10[.]|192[.]168[.]|172[.](1[6-9]|2[0-9]|3[01])[.]|127[.]|f[cd])'";

type Opening = { fact: Fact; group: string; port: string; range: Range };

/** Of a port that was opened to everybody: whether anybody connected while it was open, asked of the flow logs that there are. */
export async function findConnections(context: Calls, gathered: Gathered): Promise<Context[]> {
  const openings = gathered.cases.flatMap(openingsOf).slice(0, MOST);
  const flows = gathered.sources.filter(({ mapping }) => isFlowLog(mapping.expressions.action));
  const found: Context[] = [];
  for (const opening of openings) {
    const covering = flows.filter((source) => covers(source, opening.range.from));
    if (covering.length === 0) {
      gathered.gaps.push({
        text: `No flow log covers the time that port ${code(opening.port)} of ${code(opening.group)} was open, so whether anybody connected is not known.`,
        evidence: [opening.fact.evidence],
        blocks: false,
      });
      continue;
    }
    for (const source of covering) {
      const question: Question = ['Who connected from outside while the port was open?', connections(source, opening)];
      const [outcome] = await asked(context, gathered.steps, [question], source.name);
      if (!outcome?.ok) continue;
      const [row] = outcome.table?.rows ?? [];
      const n = row ? num(row, 'n') : 0;
      const where = `port ${code(opening.port)}, which ${code(opening.group)} opened to everybody, ${span(opening.range.from, opening.range.to)}`;
      found.push({
        text:
          n === 0
            ? `${code(source.name)} has no accepted connection from outside to ${where}`
            : `While it was open, ${n} accepted connections from ${num(row ?? {}, 'addresses')} addresses outside reached ${where}; ${code(source.name)} doesn't say which group they passed`,
        evidence: [outcome.evidence, opening.fact.evidence],
        speaksFor: 'connections',
      });
    }
  }
  return found;
}

const isFlowLog = (action: string): boolean => action === `'${CONNECTION}'`;

/** Ports opened to everybody, each until it was closed or its log ends, and a day at most. */
function openingsOf({ episodes, outside, source }: Gathered['cases'][number]): Opening[] {
  if (source.mapping.schema !== 'cloudtrail') return [];
  return episodes.flatMap((fact): Opening[] => {
    const { row } = fact;
    const [group, detail, at] = [text(row, 'target'), text(row, 'detail'), readTime(row.first)];
    const port = /\bport `(\d{1,5})`/.exec(detail)?.[1];
    const isOne = num(row, 'details') <= 1 && num(row, 'targets') <= 1;
    if (text(row, 'action') !== OPENS || text(row, 'outcome') !== 'ok' || !isOne || at === null) return [];
    if (!EVERYBODY.test(detail) || port === undefined || WEB.includes(port) || group === '') return [];
    const closed = [...episodes, ...outside]
      .filter((other) => text(other.row, 'action') === CLOSES && text(other.row, 'target') === group)
      .flatMap((other) => readTime(other.row.first) ?? [])
      .filter((time) => time >= at);
    const to = Math.min(at + DAY, source.to ?? at + DAY, ...closed);
    return to <= at ? [] : [{ fact, group, port, range: { from: at, to } }];
  });
}

const connections = (source: LogSource, { port, range }: Opening) => {
  const whole = rangeOf(source);
  return ask(
    source,
    { from: Math.max(range.from, whole.from), to: Math.min(range.to, whole.to) },
    `SELECT count(*) AS n, count(DISTINCT principal) AS addresses, min(t) AS first, max(t) AS last FROM e
WHERE outcome = 'ok' AND port = '${port}' AND NOT regexp_matches(principal, ${INSIDE})`,
    10,
    [`CAST(${identifier('dstport')} AS VARCHAR) AS port`],
  );
};
