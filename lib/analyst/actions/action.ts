/** How much an action says by itself. `critical` is never excused by having been done before. */
export type Level = 'critical' | 'high' | 'medium' | 'low';

export type ActionRule = {
  /** Exact names as the log writes them (version suffixes aside). */
  actions: readonly string[];
  level: Level;
  techniques: readonly string[];
  /** Past tense, after a subject: "stopped the logging of a trail". */
  did: string;
  /** What to do about it, for Recommendations. */
  remediation?: string;
  /** For actions whose name alone is not enough: the request decides. A rule without it is the fallback of its action. */
  when?: (request: ActionRequest) => boolean;
  /** This many in one burst mean more than one of them does. */
  many?: { count: number; level: Level };
};

export type ActionRequest = {
  /** The request's parameters as JSON text, possibly cut; '' when the log has none. */
  text: string;
  /** The acting principal's short name and account, to tell "for another" from "for itself". */
  login: string;
  account: string;
};

type Extra = Pick<ActionRule, 'remediation' | 'when' | 'many'>;

export function rule(level: Level, techniques: string, did: string, actions: string, extra: Extra = {}): ActionRule {
  return { level, techniques: techniques.split(' '), did, actions: actions.split(' '), ...extra };
}

/** The first value of a JSON key in the text, whatever its depth. Works on cut text. */
export function jsonValue(text: string, key: string): string | null {
  const found = new RegExp(`"${key}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*"|[^,}\\]\\s]+)`, 'i').exec(text);
  return found ? (found[1] as string).replace(/^"|"$/g, '') : null; // group 1 always takes part in a match
}

export const says = (pattern: RegExp) => (request: ActionRequest) => pattern.test(request.text);

/** Names an AWS account that is not the actor's own. False when the actor's account isn't known. */
export function otherAccount(request: ActionRequest): boolean {
  if (request.account === '') return false;
  return [...request.text.matchAll(/(?<![\w-])(\d{12})(?![\w-])/g)].some((found) => found[1] !== request.account);
}

/** The request names a user that is not the one acting. */
export function otherUser(request: ActionRequest): boolean {
  const name = jsonValue(request.text, 'userName');
  return name !== null && name.toLowerCase() !== request.login.toLowerCase();
}

const ANYONE = /"?(?:AWS"?\s*\\?"?\s*:\s*\\?"?\*|Principal\\?"?\s*:\s*\\?"\*)/;
/** A policy document that lets anyone in. */
export const openToAll = (request: ActionRequest): boolean =>
  ANYONE.test(request.text) && !/Effect\\?"\s*:\s*\\?"Deny/.test(request.text);
