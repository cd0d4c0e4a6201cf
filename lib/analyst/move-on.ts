import { isPrivate } from '../alerts/fang';
import { reached } from './behaviour-queries';
import { type Fact, text } from './case';
import { CROWD, isAddress, unique } from './find-actors';
import type { LogSource, Range, Scope } from './queries';
import type { Run } from './run-questions';
import { DAY, readTime } from './time';

/**
 * Where an intruder went on to: accounts that sign in for the first time from a machine of the case's identities, and the machines that
 * they reach for the first time. Both join the case; `moves` are these sign-ins.
 */
export async function moveOn(
  { source, wide, run, at }: { source: LogSource; wide: Range; run: Run; at: number | null },
  scope: Scope,
  own: Fact[],
  neighbours: Fact[],
): Promise<{ scope: Scope; moves: Fact[] }> {
  if (!source.mapping.hasLogons || at === null) return { scope, moves: [] };
  const machines = unique(
    own
      .filter(({ row }) => scope.principals.includes(text(row, 'principal')))
      .map(({ row }) => text(row, 'ip'))
      .filter((ip) => isAddress(ip) && isPrivate(ip)),
  ).filter((ip) => unique(neighbours.filter((fact) => text(fact.row, 'ip') === ip).map(nameOf)).length <= CROWD);
  const isNew = (fact: Fact): boolean => (readTime(fact.row.first) ?? 0) >= at - DAY;
  const newcomers = unique(neighbours.map(nameOf)).filter((name) => {
    const there = neighbours.filter((fact) => nameOf(fact) === name);
    return (
      !scope.principals.includes(name) &&
      there.some(({ row }) => machines.includes(text(row, 'ip'))) &&
      there.every((fact) => isNew(fact))
    );
  });
  const accounts = [...scope.principals, ...newcomers];
  const [moves = []] = await run([
    ['Which machines did they sign in to for the first time?', reached(source, wide, accounts, at - DAY)],
  ]);
  const machinesReached = unique(moves.map(({ row }) => text(row, 'target'))).slice(0, MOST_MACHINES);
  return { scope: { ...scope, principals: unique([...accounts, ...machinesReached]) }, moves };
}

const MOST_MACHINES = 20;
const nameOf = ({ row }: Fact): string => text(row, 'principal');
