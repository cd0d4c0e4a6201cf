import type { SourceCase } from '../case';
import type { Finding } from '../finding';
import { attackTools } from './attack-tools';
import { beacons } from './beacons';
import { correlations } from './correlations';
import { movedInstanceCredentials, movedKeys, newAddresses } from './credentials';
import { deniedElsewhere, deniedThenAllowed } from './denials';
import type { Finder } from './finder';
import { firstSeen } from './first-seen';
import { moves } from './moves';
import { outsideHosts } from './outside-hosts';
import { stagedCode, stagedPersistence } from './persistence';
import { pushedByPolicy } from './pushed';
import { scans } from './scans';
import { bruteForce, pushFatigue, spraying } from './sign-ins';
import { logTampering } from './tampering';
import { dnsTunnels } from './tunnels';
import { volumes } from './volumes';

/** What no single event shows, by name. Single events are the business of the detection rules. */
const FINDERS: Record<string, Finder> = {
  'correlation rules': correlations,
  'brute force': bruteForce,
  'password spraying': spraying,
  'refused, then passed second factor': pushFatigue,
  'instance credentials outside their instance': movedInstanceCredentials,
  'one credential from several addresses': movedKeys,
  'new address': newAddresses,
  'many denied actions': deniedElsewhere,
  'denied, then allowed': deniedThenAllowed,
  'mass read': volumes,
  beaconing: beacons,
  'port or network scan': scans,
  'data in DNS queries': dnsTunnels,
  'new machines': moves,
  'first seen and rare': firstSeen,
  'staged persistence': stagedPersistence,
  'staged code': stagedCode,
  'outside hosts': outsideHosts,
  'attack tools': attackTools,
  'log tampering': logTampering,
  'pushed by group policy': pushedByPolicy,
};

export const findBehaviour = (source: SourceCase): Finding[] => Object.values(FINDERS).flatMap((find) => find(source));
