import { placeIn } from '../blocks';
import { claimsOf, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { type Edit, type Finding, finding } from '../messages';

/** The timeline's rows are in order and within the time that the evidence covers. */
export function checkTimeline({ blocks, lines, all, known }: CheckContext): Finding[] {
  const rows = blocks.filter(({ section, kind }) => section === 'Timeline' && (kind === 'row' || kind === 'item'));
  const timed = rows.flatMap((block) => {
    const [claim] = claimsOf(block).filter(({ kind, time }) => kind === 'time' && time && !time.timeOfDay);
    return claim?.time ? [{ block, claim, from: claim.time.from, line: placeIn(block, 0).line }] : [];
  });
  const findings: Finding[] = [];
  const late = timed.find(
    ({ from, block }, index) =>
      index > 0 && timed[index - 1]?.block.head === block.head && from < (timed[index - 1]?.from ?? 0),
  );
  if (late) {
    const group = timed.filter(({ block }) => block.head === late.block.head);
    const [first, last] = [group[0]?.line ?? 1, group.at(-1)?.line ?? 1];
    const isWhole = group.every(({ block, line }, index) => block.lines.length === 1 && line === first + index);
    const sorted = [...group].sort((a, b) => a.from - b.from).map(({ line }) => lines[line - 1] ?? '');
    const edit: Edit = {
      does: 'sort',
      startLine: first,
      startColumn: 1,
      endLine: last,
      endColumn: (lines[last - 1]?.length ?? 0) + 1,
      text: sorted.join('\n'),
    };
    const place = placeOf(late.block, late.claim);
    findings.push(finding('timeline', 'error', place, 'timeline-order', {}, isWhole ? edit : undefined));
  }
  const times = all.flatMap((record) => record.times());
  if (times.length === 0) return findings;
  const [from, to] = times.reduce(
    ([low, high], time) => [Math.min(low, time), Math.max(high, time)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  for (const { block, claim } of timed) {
    if (!claim.time || (claim.time.to > from && claim.time.from <= to) || known.hasTime(claim.time)) continue;
    const minute = (time: number) => `${new Date(time).toISOString().slice(0, 16)}Z`;
    const span = { from: minute(from), to: minute(to) };
    findings.push(finding('timeline', 'error', placeOf(block, claim), 'timeline-range', span));
  }
  return findings;
}
