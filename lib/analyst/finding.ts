import type { Fact } from './case';
import type { LogSource } from './queries';
import type { SigmaLevel } from './sigma/rule';

/** How much something says by itself. `critical` is never explained by having been done before. */
export type Level = Exclude<SigmaLevel, 'informational'>;

/** Score of a finding that nothing explains. */
export const WEIGHTS: Record<Level, number> = { critical: 40, high: 20, medium: 8, low: 2 };
/** Score of an attempt that was denied or failed: the intent counts, the damage does not. */
export const ATTEMPT_WEIGHTS: Record<Level, number> = { critical: 30, high: 15, medium: 6, low: 1 };

/** What an identity did whose user agent names an attack tool; the name of the tool follows in parentheses. */
export const ATTACK_TOOL = 'used a tool made for attacks';

/** The technique of an account that somebody else uses: of a cloud or its directory; of other logs nothing says which kind it is. */
export const accountTechnique = ({ mapping: { schema, contain } }: LogSource): string =>
  schema !== 'generic' || /Entra|Google|Azure/.test(contain ?? '') ? 'T1078.004' : 'T1078';
export const isAccountTechnique = (id: string): boolean => id === 'T1078' || id === 'T1078.004';

/** What a rule hits that the identity, and nobody else, had done before. */
export const FIRST_SEEN = 'did something that is new in these logs';

/** What an identity did that earlier worked elsewhere. */
export const NEW_ADDRESS = 'acted from a new address';

/** What a host did that calls one place like an implant; the place follows in parentheses. */
export const BEACONED = 'contacted one place at regular intervals';

/** Of access that was made and then used from an address that is new too. */
export const USED_ACCESS = 'used the access that had just been made, from another new address';

/** How findings begin about an account that somebody else got into; how follows. */
export const BROKEN_INTO = 'was signed in to';

/** Of a session of a browser that turned up in another one elsewhere. */
export const TAKEN_SESSION = `${BROKEN_INTO} with a session copied from another browser`;

/** How findings begin about whom others tried to get into. */
export const TARGET_OF = 'was the target of';

/** Of accounts that one address tried one after the other. */
export const SPRAYED = `${TARGET_OF} a password spray`;

/** What is said of an identity that findings of several sources are about. */
export const SEVERAL_SOURCES = 'is behind findings in several sources';

/** What an identity did whose reads of a day are beyond all earlier ones. */
export const MASS_READ = 'read far more than before';

/** What several identities did whose credentials are probably in one hand. */
export const NEW_TOGETHER = 'acted from one address that is new for all of them';

/** `bytes`: null where the source does not record sizes. `places`: what was read from, where it is a few. */
export type Amount = { action: string; n: number; bytes: number | null; places: string[] };

/** Something notable, with the rows that show it. */
export type Finding = {
  kind: 'action' | 'behaviour';
  /** Past tense, after the subject: "stopped the logging of a trail". */
  did: string;
  level: Level;
  techniques: string[];
  principals: string[];
  attempt: boolean;
  facts: Fact[];
  /** What the report is written from: the episodes of these facts, or the facts themselves where there are none. */
  rows: Fact[];
  evidence: number[];
  n: number;
  first: number | null;
  last: number | null;
  /** Why it does not count, in words; null: it counts. */
  explained: string | null;
  /** What makes it usual, after its sentence: "as on 28 earlier days". Null where it counts, or nothing says so. */
  usual: { text: string; evidence: number[] } | null;
  /** The same by the same hand before, too seldom to explain it: a reader asks for it first. */
  precedent?: Finding['usual'];
  score: number;
  remediation: string | null;
  /** The rule's own command that takes it back, not yet filled in. */
  undo: string | null;
  /** What would have kept it from happening. */
  prevention: string | null;
  /** What the rule itself says may be behind it when it is no attack. */
  falsePositives: string[];
  /** A behaviour's own sentence, numbers and citations included. */
  sentence: string | null;
  /** What a sentence about several actors says of each, in parentheses: "119 `GetObject` calls, 3.5 GB". */
  measure: string | null;
  /** Data read, for totals. */
  amount: Amount | null;
};

/** Why what an address did counts nothing that only scanned and was refused. */
export const REFUSED_SCAN =
  'every attempt of the scan was refused, and nothing from that address reached more than what answers everybody';

/** Why a scan from inside counts nothing. */
export const SAME_SCAN = 'the same address scanned in the same way at the same hour of an earlier week';

/** Why what a new account does counts nothing. */
export const SET_UP_BEFORE = 'the account was set up for it just before, in the way in which others had been';

/** Why a small act counts nothing beside a habit on the same thing: looking for an error takes more than one command. */
export const PART_OF_HABIT = 'it was done to the same thing, from the same place, as what they do on other days';

/** Whether a finding is explained by its like before, not by who did it or that it came to nothing. */
export const isUsualDeed = ({ explained }: Finding): boolean =>
  explained !== null && ![REFUSED_SCAN, SET_UP_BEFORE, PART_OF_HABIT].includes(explained);
