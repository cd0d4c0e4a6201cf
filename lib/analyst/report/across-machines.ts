import { joined } from '../../text/phrases';
import { groupBy } from '../group-by';
import { HOUR } from '../time';
import { code } from './escape';
import { few } from './names';
import { ofSeveral } from './parts';

/** A row of the timeline. */
export type Line = {
  at: number;
  last: number;
  actor: string;
  action: string;
  outcome: string;
  numbers: number[];
  /** Events that it stands for. */
  n: number;
  /** What is left out first when there are too many: the lowest. */
  weight: number;
  /** A session is told by its counts only. */
  isSession?: boolean;
  /** What the act means, as it stands after the colon of `action`. */
  meaning?: string;
  /** The name of the event of an act that a machine did itself, which others may have done at the same time. */
  ofMachine?: string;
};

/** From so many machines on that did the same at about the same time, one row is of all. */
const MACHINES = 3;
const MOST_ACTORS = 6;

/** What many machines did in the same way, as a push to all of them makes them do, in one row of all. */
export function acrossMachines(lines: Line[]): Line[] {
  const groups = groupBy(
    lines.filter(({ ofMachine }) => ofMachine !== undefined),
    ({ ofMachine, meaning, outcome }) => `${ofMachine}\n${meaning}\n${outcome}`,
  );
  const merged = new Map<Line, Line | null>();
  for (const group of groups.values()) {
    const actors = [...new Set(group.map(({ actor }) => actor))];
    const [first] = group as [Line, ...Line[]]; // groups are never empty
    const [at, last] = [Math.min(...group.map((line) => line.at)), Math.max(...group.map((line) => line.last))];
    if (actors.length < MACHINES || last - at > HOUR) continue;
    const isAll = actors.length <= MOST_ACTORS;
    const isAlike = group.every(({ action }) => action === first.action);
    const meaning = ofSeveral(first.meaning ?? '');
    const act = isAlike ? first.action.replace(`: ${first.meaning}`, '') : code(first.ofMachine);
    for (const line of group) merged.set(line, null);
    merged.set(first, {
      ...first,
      at,
      // Of actors that are not all named no end is told that is another's.
      last: isAll ? last : first.last,
      actor: isAll ? joined(actors) : few(actors),
      action: `${act}: ${meaning}`,
      meaning,
      numbers: [...new Set(group.flatMap(({ numbers }) => numbers))],
      n: group.reduce((sum, { n }) => sum + n, 0),
    });
  }
  return lines.flatMap((line) => (merged.has(line) ? (merged.get(line) ?? []) : [line]));
}
