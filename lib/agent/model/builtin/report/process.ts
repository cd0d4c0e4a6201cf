import type { Step } from '../case';
import { coachingNote } from '../coaching';
import { isObject } from '../script';
import { code, fence, prose } from './escape';
import { bullet, type Material } from './parts';

/** Investigation Process: what was looked at and why, and each query so that anybody can run it again. */
export function writeProcess(material: Material): string {
  const { gathered, coaching } = material;
  const parts: string[] = [];
  const notes = coachingNote(coaching);
  if (coaching.instruction !== null)
    parts.push(`Instruction: "${prose(coaching.instruction, 400)}"\n\n${bullet(notes)}`);
  if (gathered.cases.length > 0) {
    parts.push(
      `How the logs were read:\n\n${bullet(gathered.cases.map(({ source }) => `${code(source.name)} as ${source.mapping.label}. ${prose(source.mapping.read, 900)} [E${source.described}].`))}`,
    );
  }
  parts.push(pastCases(material));
  parts.push(...gathered.steps.map((step, index) => stepText(step, index + 1)));
  return parts.join('\n\n');
}

function pastCases({ gathered }: Material): string {
  const { pastCases, relatedAlerts } = gathered;
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
    lines.length > 0
      ? `Past cases about the same entities, as leads only:\n\n${bullet(lines)}`
      : 'No past case shares an entity with this one.',
    alerts.length > 0
      ? `Other alerts about them:\n\n${bullet(alerts)}`
      : 'No other alert shares an entity with this one.',
  ].join('\n\n');
}

function stepText({ purpose, outcome }: Step, number: number): string {
  const { args } = outcome;
  const query = typeof args.sql === 'string' ? fence(args.sql, 'sql') : fence(JSON.stringify(args), 'json');
  const elapsed =
    typeof outcome.structured.elapsedMs === 'number'
      ? `, execution time ${outcome.structured.elapsedMs} ms [E${outcome.evidence}]`
      : '';
  const range =
    typeof args.from === 'string'
      ? `, time range ${args.from} to ${String(args.to)}, at most ${String(args.limit ?? 'the default number of')} rows`
      : '';
  return `### Query ${number}: ${prose(purpose, 200)}\n\nTool ${code(outcome.name)}${range}${elapsed}.\n\n${query}\n\n${finding(outcome)} [E${outcome.evidence}]`;
}

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
