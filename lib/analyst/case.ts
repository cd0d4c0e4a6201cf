import type { LogSource, Range, Scope } from './queries';
import type { Outcome, Row } from './script';
import type { Detections } from './sigma/load-rules';
import type { CorrelationRule } from './sigma/rule';
import type { Seed, Subject } from './subject';

/** A row of a result with the evidence number it stands in. */
export type Fact = { row: Row; evidence: number; source: LogSource };

/** One call as the report tells it. */
export type Step = { purpose: string; source: string | null; outcome: Outcome };

/** Something that could not be seen. `blocks`: a BENIGN verdict is out of the question with it. */
export type Gap = { text: string; evidence: number[]; blocks: boolean; about?: 'coverage' | 'alert' | 'tampering' };

/** Everything gathered about the case in one source. */
export type SourceCase = {
  source: LogSource;
  scope: Scope;
  /** Principals matched by the alert's own values, before neighbours and assumed roles joined. */
  primary: string[];
  window: Range;
  wide: Range;
  /** Where the case window came from, in plain words. */
  windowNote: string;
  who: Fact[];
  neighbours: Fact[];
  /** Domains under which many long names were asked for (DNS logs). */
  tunnels: Fact[];
  /** What other machines had done themselves before the window, by event and program (Windows). */
  fleet: Fact[];
  /** Sign-ins to machines that an account reaches for the first time (Windows). */
  moves: Fact[];
  roleChains: Fact[];
  sessions: Fact[];
  /** Sessions from a new address with the address inside that each was given (VPN). */
  given?: Fact[];
  profile: Fact[];
  inside: Fact[];
  /** The same merged over addresses and tools, within an hour: what the report's rows are written from. */
  episodes: Fact[];
  /** Evidence of `inside`, rows or none: its arguments hold the window. */
  insideEvidence: number;
  coverage: Fact[];
  outside: Fact[];
  signIns: Fact[];
  reads: Fact[];
  otherReaders: Fact[];
  /** By principal and place; asked for when coaching wants the data access in depth. */
  readPlaces: Fact[];
  /** Actions on what the same identity had created before (AWS). */
  ownWork: Fact[];
  /** Hosts that requests in the window name (AWS). */
  hosts: Fact[];
  others: Fact[];
  /** Resets of the factors of those who enrolled new ones, by others (Okta). */
  resets?: Fact[];
  /** Of applications that were given access: who gave it, who allowed them, and the evidence of the first question. */
  applications?: { others: Fact[]; allowed: Fact[]; asked: number };
  /** Who set up the accounts that have no earlier activity (Kubernetes). */
  makers?: Fact[];
  /** Machines on which the commands ran that rules hit on those of the case, at any time, and changes of group policies (Windows). */
  elsewhere?: Fact[];
  policies?: Fact[];
  /** Connections at regular times (network logs). */
  regular: Fact[];
  /** Where connections of an address that was mostly refused were accepted, with how many others reach the same (flow logs). */
  accepted: Fact[];
  /** Correlation rules that were asked, with the groups that reach them. */
  correlations: { rule: CorrelationRule; facts: Fact[] }[];
};

export type PastCase = {
  codename: string;
  title: string;
  status: string;
  classification: string | null;
  approved: boolean;
  matched: string[];
  evidence: number;
};

/** `matched`: the values that it shares with the case's alerts. */
export type RelatedAlert = { title: string; occurredAt: string; isOpen: boolean; matched: string[]; evidence: number };

/** Accounts and keys that the case made, and who used them since (asked of the source that they were made in). */
export type NewAccess = { made: Seed[]; uses: Fact[]; source: LogSource; evidence: number };

/** The gathered case: facts only, nothing judged. */
export type Gathered = {
  subject: Subject;
  detections: Detections;
  /** Sources asked, with how each value of the alert was found in them. */
  presence: {
    source: LogSource;
    evidence: number;
    found: { value: string; as: string; n: number; first: number | null; last: number | null }[];
  }[];
  cases: SourceCase[];
  /** Every source that could be read, searched or not. */
  sources: LogSource[];
  /** Why nothing could be investigated: no source covers the time of the alert. Null when one does. */
  notCovered: string | null;
  pastCases: PastCase[];
  relatedAlerts: RelatedAlert[];
  /** Evidence of each of the case's alerts, by alert id. */
  alertEvidence: Record<string, number>;
  steps: Step[];
  gaps: Gap[];
  /** Values of the alert that no source has anywhere in its events, and the queries that looked. */
  absent: Seed[];
  absentEvidence: number[];
  newAccess: NewAccess[];
  /** Who started the runs of a build service that the case is about, the latest first. */
  runs?: Fact[];
  /** Requests to a web server at the moments at which it was made to run commands. */
  requests: Fact[];
  /** Hosts outside that commands of the case name, and who else named them. */
  contacts: Contact[];
  /** What a reader should know before judging: it looks automated, the identity made it itself, other alerts belong here. */
  context: Context[];
};

/**
 * `isUsual`: others went there before the case, as they do to a package registry. `asked`: the queries that looked for it; `isWhole`: all of
 * them answered in full.
 */
export type Contact = {
  host: string;
  commands: { fact: Fact; command: string }[];
  seen: Fact[];
  others: Fact[];
  isUsual: boolean;
  isWhole: boolean;
  asked: number[];
};

export type Context = {
  text: string;
  evidence: number[];
  speaksFor:
    | 'application'
    | 'exercise'
    | 'case'
    | 'access'
    | 'namesake'
    | 'own-work'
    | 'second-factor'
    | 'log-stop'
    | 'connections'
    | 'vpn-session';
};

export const text = (row: Row, column: string): string => {
  const value = row[column];
  return typeof value === 'string' ? value : value === null || value === undefined ? '' : String(value);
};

export const num = (row: Row, column: string): number => {
  const value = Number(row[column] ?? 0);
  return Number.isFinite(value) ? value : 0;
};

/** What stands between the names of a burst's targets, and how many of them are named. */
export const BETWEEN_NAMES = ' | ';
export const MOST_NAMES = 12;

/** The targets of a burst by name, as many as it names. */
export function targetsOf(row: Row): string[] {
  const names = text(row, 'names').split(BETWEEN_NAMES).filter(Boolean);
  return names.length > 0 ? names : [text(row, 'target')].filter(Boolean);
}
