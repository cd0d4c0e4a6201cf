import { asked, type Question } from './ask-sources';
import { type Context, type Fact, type Gathered, text } from './case';
import { ask, type LogSource, rangeOf } from './queries';
import { code, endOf } from './report/escape';
import { shortName } from './report/names';
import type { Context as Calls } from './script';
import { among } from './sql';
import { clock, readTime, span } from './time';

/** Calls after which a trail writes nothing, and those that let it write again. */
const STOPS = ['StopLogging', 'DeleteTrail'];
const STARTS = ['StartLogging', 'CreateTrail'];

/** Of logging that was switched off in the case: for how long. What was done meanwhile may stand in no log, which is a gap. */
export async function findLogStops(context: Calls, gathered: Gathered): Promise<Context[]> {
  const found: Context[] = [];
  for (const item of gathered.cases) {
    const stopped = item.episodes.some(
      ({ row }) => STOPS.includes(text(row, 'action')) && text(row, 'outcome') === 'ok',
    );
    if (item.source.mapping.schema !== 'cloudtrail' || !stopped) continue;
    const question: Question = ['When was logging stopped and started?', switches(item.source)];
    const [outcome] = await asked(context, gathered.steps, [question], item.source.name);
    const rows = (outcome?.table?.rows ?? []).map(
      (row): Fact => ({ row, evidence: outcome?.evidence ?? 0, source: item.source }),
    );
    for (const stop of rows.filter((fact) => isStop(fact) && isInWindow(fact, item.window))) {
      const one = told(stop, rows);
      if (one === null) continue;
      gathered.gaps.push({ text: `${one.gap}.`, evidence: [stop.evidence], blocks: true, about: 'tampering' });
      found.push({ text: one.text, evidence: [stop.evidence], speaksFor: 'log-stop' });
    }
  }
  return found;
}

const switches = (source: LogSource) =>
  ask(
    source,
    rangeOf(source),
    `SELECT t AS first, t AS last, action, principal, target FROM e WHERE outcome = 'ok' AND ${among('action', [...STOPS, ...STARTS])} ORDER BY t`,
    200,
  );

const isStop = ({ row }: Fact): boolean => STOPS.includes(text(row, 'action'));
const isInWindow = ({ row }: Fact, { from, to }: { from: number; to: number }): boolean => {
  const at = readTime(row.first) ?? 0;
  return at >= from && at <= to;
};
/** A trail by its name: some calls name its ARN. */
const trailOf = ({ row }: Fact): string =>
  text(row, 'target')
    .replace(/^.*[:/]trail\//, '')
    .toLowerCase();

function told(stop: Fact, rows: Fact[]): { text: string; gap: string } | null {
  const at = readTime(stop.row.first);
  if (at === null) return null;
  const start = rows.find(
    (fact) => !isStop(fact) && trailOf(fact) === trailOf(stop) && (readTime(fact.row.first) ?? 0) > at,
  );
  const trail = code(endOf(text(stop.row, 'target').replace(/^.*[:/]trail\//, ''), 60), 60);
  const until = start ? readTime(start.row.first) : null;
  if (start && until !== null)
    return {
      text: `The trail ${trail} wrote nothing from ${clock(at)}, when ${shortName(text(stop.row, 'principal'))} stopped it, until ${clock(until)}, when ${shortName(text(start.row, 'principal'))} started it`,
      gap: `The trail ${trail} was off, ${span(at, until)}: what was done then is only known where another trail recorded it`,
    };
  const end = stop.source.to;
  const upTo = end === null ? '' : `, which ends at ${clock(end)}`;
  return {
    text: `The trail ${trail}, stopped at ${clock(at)}, was not started again in ${code(stop.source.name)}${upTo}`,
    gap: `The trail ${trail} was off from ${clock(at)} on: what was done since is only known where another trail recorded it`,
  };
}
