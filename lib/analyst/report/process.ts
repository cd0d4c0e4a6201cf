import type { Step } from '../case';
import { coachingNote } from '../coaching';
import { type LogSource, preamble, withoutPreamble } from '../queries';
import { isObject } from '../script';
import { identifier } from '../sql';
import { seedsOf } from '../subject';
import { code, fence, prose } from './escape';
import { bullet, type Material } from './parts';

/** Investigation Process: what was looked at and why, and each query so that anybody can run it again. */
export function writeProcess(material: Material): string {
  const { gathered, coaching } = material;
  const parts: string[] = [];
  const notes = coachingNote(coaching);
  if (coaching.instruction !== null)
    parts.push(`Instruction: "${prose(coaching.instruction, 400)}"\n\n${bullet(notes)}`);
  parts.push(pastCases(material));
  const sources = gathered.presence.map(({ source }) => source);
  const asked = [...new Map(sources.map((source) => [source.name, source])).values()];
  const of = (source: LogSource) => gathered.steps.filter((step) => isAbout(step, source));
  const other = gathered.steps.filter((step) => !asked.some((source) => isAbout(step, source)));
  parts.push(`### Cases, alerts and sources\n\n${other.map(stepText).join('\n\n')}`);
  parts.push(...asked.map((source) => `${reading(source)}\n\n${of(source).map(stepText).join('\n\n')}`));
  return parts.join('\n\n');
}

/** How a source was read: said once, its queries build on it. */
function reading(source: LogSource): string {
  return `### Queries of ${code(source.name)}\n\nRead as ${source.mapping.label}. ${prose(source.mapping.read, 900)} [E${source.described}]. Each query below begins with this mapping; each receipt has the query as it was sent.\n\n${fence(preamble(source), 'sql')}`;
}

const isAbout = ({ outcome: { args, name } }: Step, source: LogSource): boolean =>
  name === 'logs__query' && typeof args.sql === 'string' && args.sql.includes(`FROM ${identifier(source.name)}\n`);

function pastCases({ gathered }: Material): string {
  const { pastCases, relatedAlerts, subject } = gathered;
  const alike = seedsOf(subject).length > 0 ? 'about the same entities' : 'with the same title';
  const lines = pastCases.slice(0, 10).map(
    (item) =>
      `${prose(item.codename)}: ${prose(item.title)}; ${prose(item.status)}, ${prose(item.classification ?? 'not classified')}; shares ${
        item.matched
          .slice(0, 5)
          .map((value) => code(value))
          .join(', ') || 'no listed value'
      } [E${item.evidence}]`,
  );
  const alerts = relatedAlerts
    .slice(0, 10)
    .map((item) => `${prose(item.title)}, ${prose(item.severity)} [E${item.evidence}]`);
  return [
    lines.length > 0 ? `Past cases ${alike}, as leads only:\n\n${bullet(lines)}` : `There is no past case ${alike}.`,
    alerts.length > 0 ? `Other alerts ${alike}:\n\n${bullet(alerts)}` : `There is no other alert ${alike}.`,
  ].join('\n\n');
}

/** One query as a line of facts and the exact text below it; what it returned is in its receipt. */
export function stepText({ purpose, outcome }: Step): string {
  const { args } = outcome;
  const query =
    typeof args.sql === 'string'
      ? fence(oneLine(withoutPreamble(args.sql)), 'sql')
      : fence(JSON.stringify(args), 'json');
  const { elapsedMs } = outcome.structured;
  const range =
    typeof args.from === 'string'
      ? `, ${args.from} to ${String(args.to)}, at most ${String(args.limit ?? 'the default number of')} rows`
      : '';
  const elapsed = typeof elapsedMs === 'number' ? ` In ${elapsedMs} ms.` : '';
  return `**${prose(purpose, 200)}**: ${code(outcome.name)}${range}. ${finding(outcome)}${elapsed} [E${outcome.evidence}]\n${query}`;
}

/** Lines are joined unless a quoted value holds a line break, which is part of the query. */
const oneLine = (sql: string): string =>
  /'[^'\n]*\n[^']*'/.test(sql.replace(/'[^'\n]*'/g, '')) ? sql : sql.replace(/\s*\n\s*/g, ' ');

function finding(outcome: Step['outcome']): string {
  if (!outcome.ok) return `The call failed: ${code(outcome.text.replace(/^\[E\d+\]\s*/, ''), 200)}`;
  const rows = outcome.table?.rows.length;
  if (rows !== undefined)
    return rows === 0 ? 'No rows.' : `Rows returned: ${rows}${outcome.table?.truncated ? ', cut at the limit' : ''}.`;
  for (const key of ['cases', 'alerts', 'sources', 'fields']) {
    const list = outcome.structured[key];
    if (Array.isArray(list))
      return list.length === 0
        ? `No ${key}.`
        : `Returned ${key}${
            key === 'sources'
              ? `: ${list
                  .filter(isObject)
                  .slice(0, 20)
                  .map((item) => code(String(item.name)))
                  .join(', ')}`
              : ''
          }.`;
  }
  return 'Answered.';
}
