import { type Deployment, deploymentsOf, releasesOf } from './background/deployments';
import { bucketVisitsOf, trafficOf } from './background/network';
import { engineersDay, financeDay, helpDeskDay, officeDay } from './background/people';
import { hourlyOf, nightOf, rotationOf, scanOf } from './background/programs';
import { DAY, daysOf, type Span } from './calendar';
import type { LogEvent, Story } from './event';
import { type Organization, organizationFrom } from './organization';
import { type Random, randomFrom } from './random';
import { consoleTakeover, federatedLogin, keyRotation, keyTheft } from './stories/cloud';
import { auditorShare, leaverShare } from './stories/documents';
import { accountTakeover, factorReset, forgottenPassword } from './stories/identities';
import { insiderStory } from './stories/insider';
import { DEPLOYMENT, deploymentStory, nearMiss } from './stories/open-groups';
import { portScan, postureScan, secretRotation } from './stories/programs';
import type { Telling } from './stories/telling';

/** `past`: stories that are over: their alerts are closed, and the team has investigated them. `events`: oldest first. */
export type World = { organization: Organization; span: Span; stories: Story[]; past: Story[]; events: LogEvent[] };

type Plan = [tell: (telling: Telling) => Story, back: number[]][];

/** Stories of the demo: what happened, and about how many days before the end. */
const ATTACKS: Plan = [
  [insiderStory, [1]],
  [accountTakeover, [3]],
  [keyTheft, [4]],
  [consoleTakeover, [5]],
  [leaverShare, [2]],
];
const ORDINARY: Plan = [
  [factorReset, [1, 2, 4]],
  [forgottenPassword, [1, 3]],
  [keyRotation, [1, 4]],
  [federatedLogin, [1, 2, 3, 5]],
  [auditorShare, [2, 4]],
  [postureScan, [1, 3]],
  [secretRotation, [1, 2]],
  [portScan, [1, 2, 5]],
];
/** Stories of earlier weeks that the team has investigated. */
const PAST_ATTACKS: Plan = [[leaverShare, [18]]];
const PAST_ORDINARY: Plan = [
  [factorReset, [9, 16]],
  [forgottenPassword, [11]],
  [keyRotation, [12]],
  [federatedLogin, [10]],
  [auditorShare, [13]],
  [postureScan, [14]],
  [portScan, [15]],
];
const PAST_DEPLOYMENTS = 3;
/** Deployments of so many last days raise alerts in the demo. */
const ALERTED_DAYS = 5;

/**
 * The demo organization: 30 days of logs that end at `end`, and the stories of its open alerts.
 * @param end ms since 1970; only it decides on which dates things happen
 */
export function generateDemo(seed: string, end: number, days = 30): World {
  const organization = organizationFrom(seed);
  const span = { from: end - days * DAY, to: end };
  const { events: ordinary, deployments } = ordinaryWork(organization, span);
  const random = randomFrom(`${seed}/stories`);
  // Whoever attacks, or is attacked, is in no other story: its verdict would be about the wrong act.
  const taken = new Set<string>();
  const told = (plan: Plan, name: string): Story[] =>
    plan.flatMap(([tell, backs]) =>
      backs.map((back) => {
        const story = tell({
          organization,
          random: random.fork(`${name}-${tell.name}-${back}`),
          span,
          back,
          ordinary,
          taken,
        });
        for (const { part, actor } of story.events) if (part === 'attack') taken.add(actor);
        return story;
      }),
    );
  const [attacks, earlierAttacks] = [told(ATTACKS, 'open'), told(PAST_ATTACKS, 'past')];
  const planned = [...attacks, ...told(ORDINARY, 'open')];
  const opening = (deployment: Deployment): Story =>
    deploymentStory(random.fork(`opening-${deployment.groupId}`), deployment);
  const openings = deployments.filter(({ at }) => at > end - ALERTED_DAYS * DAY).map(opening);
  const before = deployments.filter(({ at }) => at < end - 8 * DAY && at > end - 24 * DAY);
  const past = [
    ...told(PAST_ORDINARY, 'past'),
    ...earlierAttacks,
    ...random.sample(before, PAST_DEPLOYMENTS).map(opening),
  ];
  // A deployment is part of the ordinary work already.
  const planted = [...planned, ...past].filter(({ kind }) => kind !== DEPLOYMENT).flatMap((story) => story.events);
  return {
    organization,
    span,
    stories: [...planned, ...openings],
    past,
    events: within([...ordinary, ...planted], span),
  };
}

/**
 * One story in days of ordinary work of an organization of its own: a case of a suite.
 * @param size `volume`: share of the traffic and noise of machines, 0 to 1
 */
export function generateCase(
  seed: string,
  end: number,
  tell: (telling: Telling) => Story,
  { days, volume }: { days: number; volume: number },
): World {
  const organization = organizationFrom(seed);
  const span = { from: end - days * DAY, to: end };
  const { events: ordinary } = ordinaryWork(organization, span, volume);
  const story = tell({ organization, random: randomFrom(`${seed}/story`), span, back: 1, ordinary });
  return { organization, span, stories: [story], past: [], events: within([...ordinary, ...story.events], span) };
}

/** What happens in the organization on any day, attack or not. */
function ordinaryWork(
  organization: Organization,
  span: Span,
  volume = 1,
): { events: LogEvent[]; deployments: Deployment[] } {
  const random = randomFrom(`${organization.seed}/background`);
  const parts: [name: string, (organization: Organization, random: Random, day: number) => LogEvent[]][] = [
    ['office', officeDay],
    ['engineers', engineersDay],
    ['finance', financeDay],
    ['help-desk', helpDeskDay],
    ['releases', releasesOf],
    ['scan', scanOf],
    ['rotation', rotationOf],
    ['night', nightOf],
    ['hourly', (...given) => hourlyOf(...given, volume)],
    ['traffic', (...given) => trafficOf(...given, volume)],
    ['visits', (...given) => bucketVisitsOf(...given, volume)],
  ];
  const days = daysOf(span);
  const deployments = days.flatMap((day, index) => deploymentsOf(organization, random.fork(`deploy-${index}`), day));
  const misses = days.map((day, index) => nearMiss(organization, random.fork(`miss-${index}`), day));
  const events = parts.flatMap(([name, part]) =>
    days.flatMap((day, index) => part(organization, random.fork(`${name}-${index}`), day)),
  );
  return {
    events: within([...events, ...misses, ...deployments.flatMap((item) => item.events)], span),
    deployments: deployments.filter(({ at }) => at >= span.from && at < span.to),
  };
}

const within = (events: LogEvent[], { from, to }: Span): LogEvent[] =>
  events.filter(({ at }) => at >= from && at < to).sort((a, b) => a.at - b.at);
