import { type Fact, num, type SourceCase, text } from './case';
import { actorKey, isRepeated, ownPlaces } from './find-actions';
import { isSignIn } from './finders/finder';
import { TYPING_ERRORS } from './finders/sign-ins';
import { type Finding, PART_OF_HABIT } from './finding';
import type { LogSource } from './queries';
import { isRoaming, roamingOf } from './roaming';
import { rolledOut } from './rolled-out';

/** How much of what an identity did in the window is usual for it, in one source. */
export type Baseline = {
  principal: string;
  source: LogSource;
  inCase: number;
  covered: number;
  /** Calls that are new for it and only read lists or settings, from a place that is its own; likewise its sign-ins. */
  lists: number;
  signIns: number;
  /** Acts that a single earlier time explains. */
  once: number;
  /** Those that are part of a roll-out which another machine had before. */
  rolledOut: number;
  days: number;
  hours: number;
  before: number;
  evidence: number[];
};

/** What is usual of each identity of a case that was active in its window. */
export function baselineOf(source: SourceCase, findings: Finding[]): Baseline[] {
  const own = ownPlaces(source);
  const roaming = roamingOf(source.profile);
  const isOwn = (fact: Fact): boolean => own.has(actorKey(fact)) || isRoaming(fact, roaming);
  return source.coverage
    .filter(({ row }) => source.primary.includes(text(row, 'principal')) && num(row, 'n_case') > 0)
    .map(({ row, evidence }) => ({
      principal: text(row, 'principal'),
      source: source.source,
      inCase: num(row, 'n_case'),
      covered: num(row, 'n_covered'),
      rolledOut: rolledOut(source, text(row, 'principal')),
      ...lookedAround(source, isOwn, text(row, 'principal')),
      once: explainedOnce(source, findings, text(row, 'principal')),
      days: num(row, 'days_before'),
      hours: num(row, 'hours_before'),
      before: num(row, 'n_before'),
      evidence: [evidence],
    }));
}

/** Settings and lists that are read, not data. */
const LOOKS =
  /^(?:Describe|List|Lookup|Search|View)[A-Z]|^Get\w*(?:Policy|Policies|Status|Acl|Location|Configuration|Settings|Identity|Summary|Tags?|Quota)$/;

/** A list that was read, or a sign-in: many that fail are a finding of their own. */
const isOrdinary = ({ row }: Fact): boolean =>
  isSignIn(text(row, 'action'))
    ? text(row, 'outcome') === 'ok' || num(row, 'n_case') < TYPING_ERRORS
    : text(row, 'outcome') === 'ok' && LOOKS.test(text(row, 'action'));

/** A person's work varies: another list read at a usual place is no news, however seldom it was read before. */
function lookedAround(
  source: SourceCase,
  isOwn: (fact: Fact) => boolean,
  principal: string,
): Pick<Baseline, 'lists' | 'signIns'> {
  const ordinary = source.profile.filter(
    (fact) =>
      text(fact.row, 'principal') === principal &&
      isOrdinary(fact) &&
      !isRepeated(num(fact.row, 'days_before'), num(fact.row, 'hours_before')) &&
      isOwn(fact),
  );
  const count = (isMeant: (isSignedIn: boolean) => boolean) =>
    ordinary.reduce((sum, { row }) => sum + (isMeant(isSignIn(text(row, 'action'))) ? num(row, 'n_case') : 0), 0);
  return { lists: count((isSignedIn) => !isSignedIn), signIns: count((isSignedIn) => isSignedIn) };
}

/** Acts that a finding explains though they are too seldom for the baseline: a release's job, a second time. */
function explainedOnce({ source, profile }: SourceCase, findings: Finding[], principal: string): number {
  const isCovered = (fact: Fact): boolean =>
    profile.some(
      ({ row }) =>
        actorKey({ ...fact, row }) === actorKey(fact) &&
        text(row, 'action') === text(fact.row, 'action') &&
        isRepeated(num(row, 'days_before'), num(row, 'hours_before')),
    );
  return findings
    .filter(
      ({ kind, usual, level, explained }) =>
        kind === 'action' && usual !== null && (level !== 'low' || explained === PART_OF_HABIT),
    )
    .flatMap(({ facts }) => facts)
    .filter((fact) => fact.source === source && text(fact.row, 'principal') === principal && !isCovered(fact))
    .reduce((sum, { row }) => sum + num(row, 'n'), 0);
}

/** How much of a window (%) is in its baseline, or part of a roll-out that another machine had before. */
export const share = (baseline: Baseline): number =>
  baseline.inCase === 0 ? 0 : Math.floor((100 * matching(baseline)) / baseline.inCase);

/** Events that earlier days have, or another machine had. */
export const matching = ({ covered, rolledOut: others }: Pick<Baseline, 'covered' | 'rolledOut'>): number =>
  covered + others;

/** What the events are that no earlier day has, as far as they are ordinary: "; the others only read lists or settings, …". */
export function restText(baseline: Baseline): string {
  const { inCase, lists, signIns } = baseline;
  const rest = inCase - matching(baseline);
  const looked = lists + signIns;
  if (looked <= 0 || rest <= 0) return '';
  const verb = rest === 1 ? ['reads a list or settings', 'is a sign-in'] : ['read lists or settings', 'are sign-ins'];
  const what = [lists > 0 ? `only ${verb[0]}` : '', signIns > 0 ? verb[1] : '']
    .filter((part) => part !== '')
    .join(' or ');
  const who =
    rest === 1
      ? 'the other'
      : looked >= rest
        ? 'the others'
        : 2 * looked > rest
          ? 'most of the others'
          : 'some of the others';
  return `; ${who} ${what}, from a place used before`;
}
