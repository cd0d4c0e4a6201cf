import { TOOL_CLASSES, type ToolClass } from '../schema';
import { System, type SystemView } from './schema';
import atlassian from './systems/atlassian.json';
import awsCloudtrailCloudwatch from './systems/aws-cloudtrail-cloudwatch.json';
import crowdstrikeFalcon from './systems/crowdstrike-falcon.json';
import datadog from './systems/datadog.json';
import elasticAgentBuilder from './systems/elastic-agent-builder.json';
import elasticsearchClassic from './systems/elasticsearch-classic.json';
import github from './systems/github.json';
import googleSecops from './systems/google-secops.json';
import microsoftSentinelDefender from './systems/microsoft-sentinel-defender.json';
import misp from './systems/misp.json';
import okta from './systems/okta.json';
import opencti from './systems/opencti.json';
import pagerduty from './systems/pagerduty.json';
import panther from './systems/panther.json';
import scanner from './systems/scanner.json';
import slackKorotovsky from './systems/slack-korotovsky.json';
import slackOfficial from './systems/slack-official.json';
import slackReference from './systems/slack-reference.json';
import splunk from './systems/splunk.json';
import virustotalBurt from './systems/virustotal-burt.json';
import virustotalGti from './systems/virustotal-gti.json';
import wazuh from './systems/wazuh.json';

/** Ranks below this are shown first. */
const FEATURED = 10;

/** The systems that were reviewed, in the order of the picker. */
export const SYSTEMS: System[] = [
  atlassian,
  awsCloudtrailCloudwatch,
  crowdstrikeFalcon,
  datadog,
  elasticAgentBuilder,
  elasticsearchClassic,
  github,
  googleSecops,
  microsoftSentinelDefender,
  misp,
  okta,
  opencti,
  pagerduty,
  panther,
  scanner,
  slackKorotovsky,
  slackOfficial,
  slackReference,
  splunk,
  virustotalBurt,
  virustotalGti,
  wazuh,
]
  .map((system) => System.parse(system))
  .sort((a, b) => a.rank - b.rank || (a.title < b.title ? -1 : 1));

const byId = new Map(SYSTEMS.map((system) => [system.id, system]));

export const findSystem = (id: string | null): System | undefined => (id === null ? undefined : byId.get(id));

/** The system that a command or an address belongs to, or undefined. */
export function recognizeSystem(address: string): System | undefined {
  return SYSTEMS.find(({ matches }) => new RegExp(matches, 'i').test(address));
}

/** A reviewed tool's class; undefined for a tool that the table doesn't have. */
export function reviewedClass(system: System, tool: string): ToolClass | undefined {
  return TOOL_CLASSES.find((name) => system.classes[name]?.includes(tool));
}

/** All systems as the picker and the API show them. */
export function listSystems(): SystemView[] {
  return SYSTEMS.map(viewOf);
}

/** What the browser is told of a system: without its tools’ names, with how many there are of each class. */
export function viewOf(system: System): SystemView {
  const { classes, matches: _, rank, ...shown } = system;
  const count = (name: ToolClass) => classes[name]?.length ?? 0;
  return {
    ...shown,
    featured: rank < FEATURED,
    counts: { read: count('read'), egress: count('egress'), write: count('write'), refused: count('refused') },
  };
}
