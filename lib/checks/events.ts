import { actionNames, outcomeAsked, windowsAction, windowsOutcome } from './event-names';
import { type EvidenceIndex, type EvidenceRow, type EvidenceTable, numberOf } from './evidence-index';

type Outcome = 'success' | 'failure' | 'mixed';

/** A row of evidence read as an event, or as a group of like events: who did what, when, and how it ended. */
export type EvidenceEvent = {
  record: EvidenceIndex;
  row: EvidenceRow;
  columns: string[];
  /** Names of who acted, in lower case: of an ARN its last parts. Empty where no column names them. */
  actors: string[];
  /** Names of what was done, in lower case. */
  actions: string[];
  /** null where nothing tells. */
  outcome: Outcome | null;
  /** Error codes, as the evidence writes them. */
  codes: string[];
  /** null where nothing tells. */
  mfa: boolean | null;
  /** UTC ms, sorted; of a group its first and last. */
  times: number[];
};

const MAX_ROWS = 5000;
const ACTOR =
  /(?:^|[._ ])(?:who|user(?:name|[ _]?id|identity|arn|_?email)?|actor|principal(?:id|name)?|identity|caller|arn|account(?:[ _]?name)?|username|principalemail|display_?name|alternateid|role|session|person|by|subject|email|login|accountname|targetusername|subjectusername|acct|auid|uid|requester|initiator|initiated_?by|performed_?by|run_?as|suser|src_?user)(?:[._ ]|$)/i;
const NO_ACTOR =
  /agent|useragent|activity|^app(?:lication)?_?(?:display|name)|(?<!ac)count|target|request|resource|group|type$|(?:^|[._ ])ip|ip$|address|resources?/i;
const ACTION =
  /(?:^|[._ ])(?:event_?name|event|eventtype|event_?type|action|operation(?:name)?|activity|method(?:name)?|api|verb|command|call|displaymessage|eventid)(?:[._ ]|$)/i;
const ERROR_CODE =
  /err(?:or)?(?:[._ ]?(?:code|message|type|name))?$|exception|fail(?:ure)?[._ ]?(?:reason|code|message)?$|denial|deny_?reason/i;
const RESULT =
  /^res$|^conclusion$|outcome|result(?!s)|status|response(?!elements|_?body)|success|decision|disposition|consolelogin/i;
/** Columns that count how many ended so. */
export const COUNTED_FAILURES = /^(?:errors?|fail(?:ed|ures?)|den(?:ied|ials?)|refus(?:ed|als?)|rejected)$/i;
export const COUNTED_SUCCESSES = /^(?:ok|success(?:es)?|succeeded|accepted|allowed|granted)$/i;
const COUNTED =
  /^(?:n|cnt|count_?|count_star\(\)|calls|events|total|hits|times|occurrences|(?:num|event|call)_?count|num_events)$/i;
const SUCCEEDED =
  /^(?:success(?:ful|fully)?|succeeded|ok|allow(?:ed)?|accept(?:ed)?|grant(?:ed)?|pass(?:ed)?|true|yes|completed|[123]\d\d)$/i;
const FAILED =
  /^(?:fail(?:ed|ure)?|den(?:y|ied)|refused|reject(?:ed)?|error|block(?:ed)?|drop(?:ped)?|unauthori[sz]ed|forbidden|false|no|[45]\d\d|.*(?:denied|unauthorized|exception|notfound|invalid\w*))$/i;

/** `outcome.result = 'FAILURE'` of a query, squashed. */
const RESULT_ASKED = /(?:outcome|result|status|decision)\)?=(success|failure|failed|succeeded|denied|deny|allow)/;
/** `eventType = 'user.session.start'` of a query: what its rows are about when no column says it. */
const ACTION_ASKED =
  /\b(?:eventName|event_?type|operationName|operation|action|methodName)"?\s*(?:=|like)\s*'([\w.:-]{3,80})%?'/i;

/** `WHERE user = 'lena'` of a query: whose its rows are when no column says it. */
const ACTOR_ASKED =
  /\bwhere\s+(?:lower\()?"?([\w.]+)"?\)?\s*(?:=|i?like)\s*'%?([^'%]{3,160})%?'(?:\s+(?:and\b(?!.*\bor\b)|order\b|group\b|limit\b)|\s*"|\s*$)/i;

function actorAsked(query: string): string[] {
  const [, column = '', value] = ACTOR_ASKED.exec(query) ?? [];
  // `LIKE 'ada@%'` asks for the name before the mark.
  return value !== undefined && isActorColumn(column) ? [value.replace(/[@:/\\]$/, '')] : [];
}

const read = new WeakMap<EvidenceIndex, EvidenceEvent[]>();

/** The rows of a record's tables as events, of at most 5,000 rows. */
export function eventsOf(record: EvidenceIndex): EvidenceEvent[] {
  const events = read.get(record) ?? findEvents(record);
  read.set(record, events);
  return events;
}

const OF_SESSION = /session/i;

function findEvents(record: EvidenceIndex): EvidenceEvent[] {
  const events: EvidenceEvent[] = [];
  for (const table of record.tables()) {
    const columns = rolesOf(table);
    const hasActions = columns.some((roles) => roles.includes('action'));
    const query = JSON.stringify(record.call.args)?.replaceAll('\\"', '"') ?? '';
    const asked = hasActions ? undefined : (ACTION_ASKED.exec(query)?.[1] ?? windowsAction(query));
    // A session of somebody is no other who acted.
    const isNamed = columns.some((roles, at) => roles.includes('actor') && !OF_SESSION.test(table.columns[at] ?? ''));
    const askedOf = isNamed ? [] : actorAsked(query);
    for (const row of table.rows.slice(0, MAX_ROWS - events.length)) {
      const texts = (role: Role) =>
        columns.flatMap((roles, at) => {
          const cell = row.cells[at];
          return roles.includes(role) && typeof cell === 'string' && cell.length < 400 ? [cell] : [];
        });
      const codes = [...texts('code').filter((code) => !isEmpty(code)), ...numberedCodes(table, row)];
      events.push({
        record,
        row,
        columns: table.columns,
        actors: [...new Set([...texts('actor'), ...actorsWithin(table, row), ...askedOf].flatMap(actorNames))],
        actions: actionNames([...texts('action'), ...(asked ? [asked] : [])], table, row),
        outcome: outcomeOf(table, row, columns) ?? outcomeWithin(table, row) ?? outcomeAsked(query),
        codes,
        mfa: mfaOf(table, row),
        times: [...row.times].sort((a, b) => a - b),
      });
    }
  }
  return events;
}

/** Who acts in an event that a cell holds as a whole: JSON of Windows and of APIs. */
const WITHIN_ACTOR =
  /"(?:[Uu]ser|SourceUser|SubjectUserName|TargetUserName|AccountName|principalEmail|UserId)"\s?:\s?"([^"]{2,120})"/g;
/** Cells that hold a part of an event: who is named there was acted on. */
const PART = /request|response|param|target|resource|object/i;

const wholeEvents = ({ columns }: EvidenceTable, { cells }: EvidenceRow): string[] =>
  cells.flatMap((cell, at) =>
    typeof cell === 'string' && cell.startsWith('{') && !PART.test(columns[at] ?? '') ? [cell.slice(0, 4000)] : [],
  );

const actorsWithin = (table: EvidenceTable, row: EvidenceRow): string[] =>
  wholeEvents(table, row).flatMap((event) =>
    [...event.matchAll(WITHIN_ACTOR)].map(([, name = '']) => name.replaceAll('\\\\', '\\')),
  );

/** What sshd says of a password or a key. */
const SSHD = /\b(Accepted|Failed) (?:password|publickey|keyboard-interactive\S{0,20}|none) for\b/;

/** How an event ended that a cell holds as a whole. */
function outcomeWithin(table: EvidenceTable, row: EvidenceRow): Outcome | null {
  for (const cell of row.cells) {
    const sshd = typeof cell === 'string' && cell.length < 400 ? SSHD.exec(cell)?.[1] : undefined;
    if (sshd) return sshd === 'Accepted' ? 'success' : 'failure';
  }
  for (const event of wholeEvents(table, row)) {
    if (/"errorCode"\s?:\s?"[^"]+"/.test(event)) return 'failure';
    // Google's status is empty where it worked; Kubernetes answers as the web does.
    if (event.startsWith('{"protoPayload"') && /"status"\s?:\s?\{\s?\}/.test(event)) return 'success';
    if (/"status"\s?:\s?\{\s?"code"\s?:\s?(?!0\b)\d{1,2}\b/.test(event)) return 'failure';
    const code = /"responseStatus"\s?:\s?\{[^{}]{0,200}?"code"\s?:\s?(\d)\d\d\b/.exec(event)?.[1];
    if (code !== undefined) return code < '4' ? 'success' : 'failure';
    const word = /"(?:outcome|result|decision)"\s?:\s?"(\w+)"/i.exec(event)?.[1];
    const said = word === undefined ? null : resultOf(word);
    if (said) return said;
  }
  return null;
}

type Role = 'actor' | 'action' | 'code' | 'result';

function rolesOf({ columns, rows }: EvidenceTable): Role[][] {
  return columns.map((name, at) => {
    const plain = name.replace(/([a-z])([A-Z])/g, '$1_$2');
    const is = (pattern: RegExp) => pattern.test(name) || pattern.test(plain);
    if (isHttpCode(name, rows, at)) return ['result'];
    if (!rows.some(({ cells }) => typeof cells[at] === 'string') && !is(ERROR_CODE) && !is(RESULT)) return [];
    const roles: Role[] = [];
    // `login` may be who, or how it went.
    const isOutcome = rows.every(({ cells }) => isEmpty(cells[at]) || resultOf(cells[at]) !== null);
    if (is(ACTOR) && isOutcome) return ['result'];
    // The account of an audit record that adds one was acted on.
    const isTarget = name === 'acct' && columns.some((other) => /^(?:op|type)$/i.test(other));
    if (isActorColumn(name) && !isTarget) roles.push('actor');
    // A column `action` may say how it ended: `allowed`, `blocked`.
    const isResult = is(ACTION) && rows.every(({ cells }) => isEmpty(cells[at]) || resultOf(cells[at]) !== null);
    if (is(ACTION) && !isResult) roles.push('action');
    if (is(ERROR_CODE) && !COUNTED_FAILURES.test(name) && !rows.some(({ cells }) => typeof cells[at] === 'number'))
      roles.push('code');
    else if (is(RESULT) || isResult) roles.push('result');
    return roles;
  });
}

/** Whether a column names who acted. */
export function isActorColumn(name: string): boolean {
  const plain = name.replace(/([a-z])([A-Z])/g, '$1_$2');
  return (ACTOR.test(name) || ACTOR.test(plain)) && !NO_ACTOR.test(plain);
}

/** A column of answers of the web: `code`, `status`. */
const isHttpCode = (name: string, rows: EvidenceRow[], at: number): boolean =>
  /^(?:http_?)?(?:status_?)?(?:code|status)$/i.test(name) &&
  rows.every(({ cells }) => /^[1-5]\d\d$/.test(String(cells[at])));

const isEmpty = (cell: unknown): boolean =>
  cell === null ||
  cell === undefined ||
  (typeof cell === 'string' && /^(?:|-|null|none|n\/a|\[\]|\{\})$/i.test(cell.trim()));

/** The id of a session or a record names nobody: `102bxr6q6vztn2pr9klppcjdq`. */
const isOpaque = (value: string): boolean => /^[a-z\d]{20,}$/.test(value) && (value.match(/\d/g)?.length ?? 0) >= 3;

/** `arn:…:assumed-role/deployer/run-7` names the role and the session; an address or a service is no actor. */
export function actorNames(cell: string): string[] {
  const value = cell.trim().toLowerCase();
  // `unset` of auditd, `(null)`: nobody.
  if (/^\(?(?:unset|null|n\/a)\)?$/.test(value)) return [];
  if (value.length < 3 || /^[\d.:/-]+$/.test(value) || /^[\da-f:.]+$/.test(value) || isOpaque(value)) return [];
  if (value.startsWith('arn:')) {
    const [type = '', ...names] = value.split(':').slice(5).join(':').split('/');
    return names.length > 0 ? [value, ...names.filter((name) => name.length > 2)] : [value, type];
  }
  const domain = /^([^\s@]+)@[^\s@]+$/.exec(value)?.[1] ?? /^system:serviceaccount:[^\s:]+:([^\s:]+)$/.exec(value)?.[1];
  return domain ? [value, domain] : [value, ...value.split(/[\\/]/).filter((part) => part.length > 2)];
}

/** How many events a row stands for: what its column of counts says, one of a list without numbers; null where nothing tells. */
export function countOf({ columns, row }: EvidenceEvent): number | null {
  const at = columns.findIndex((name) => COUNTED.test(name));
  if (at >= 0) return numberOf(row.cells[at]);
  return row.cells.some((cell) => typeof cell === 'number') ? null : 1;
}

function outcomeOf(table: EvidenceTable, { cells }: EvidenceRow, roles: Role[][]): Outcome | null {
  const { columns, asked } = table;
  // `denied` and `failed` beside each other are ways to fail, which add up.
  const failures = columns.flatMap((name, at) => (COUNTED_FAILURES.test(name) ? (numberOf(cells[at]) ?? []) : []));
  const failed = failures.length === 0 ? null : failures.reduce((sum, one) => sum + one, 0);
  const succeeded = numberOf(cells[columns.findIndex((name) => COUNTED_SUCCESSES.test(name))]);
  const all = numberOf(cells[columns.findIndex((name) => COUNTED.test(name))]);
  const total = all ?? (failed === null || succeeded === null ? null : failed + succeeded);
  if (failed === 0) return 'success';
  // A column `error` may hold a code: 403 of one request.
  if (failed !== null && (total === null || failed <= total)) {
    return total === failed ? 'failure' : 'mixed';
  }
  if (succeeded !== null && all !== null) return succeeded === 0 ? 'failure' : succeeded === all ? 'success' : 'mixed';
  let hasCodes = false;
  for (const [at, own] of roles.entries()) {
    if (own.includes('result')) {
      const isNumber = NUMBERED.test(columns[at] ?? '') || isGrpc(table, at);
      const said = isNumber ? ofNumber(cells[at]) : resultOf(cells[at]);
      if (said) return said;
    }
    if (!own.includes('code')) continue;
    if (!isEmpty(cells[at]))
      return FAILED.test(String(cells[at])) || !SUCCEEDED.test(String(cells[at])) ? 'failure' : 'success';
    hasCodes = true;
  }
  if (/err(?:or)?_?code'?\)?isnotnull/.test(asked) || /errorcode!=/.test(asked)) return 'failure';
  if (/err(?:or)?_?code'?\)?isnull/.test(asked)) return 'success';
  const filter = RESULT_ASKED.exec(asked)?.[1];
  if (filter) return resultOf(filter);
  return windowsOutcome(table, { cells, text: '', times: [], inside: [] }) ?? (hasCodes ? 'success' : null);
}

/** Codes of which 0 is the only success: Entra's ResultType, an exit code. */
const NUMBERED = /^(?:result_?type|exit_?code|error_?code)$/i;
/** Codes of gRPC, Google's among them, are below 17; 0 is success. */
const isGrpc = ({ columns, rows }: EvidenceTable, at: number): boolean =>
  /^(?:status|status_?code|code)$/i.test(columns[at] ?? '') &&
  rows.every(({ cells }) => Number.isInteger(cells[at]) && (cells[at] as number) >= 0 && (cells[at] as number) < 17);

/** Codes of failures that are numbers: `50126`. */
const numberedCodes = ({ columns }: EvidenceTable, { cells }: EvidenceRow): string[] =>
  columns.flatMap((name, at) => {
    const code = NUMBERED.test(name) ? numberOf(cells[at]) : null;
    return code ? [String(code)] : [];
  });

const ofNumber = (cell: unknown): Outcome | null => {
  const code = numberOf(cell);
  return code === null ? resultOf(cell) : code === 0 ? 'success' : 'failure';
};

function resultOf(cell: unknown): Outcome | null {
  if (typeof cell === 'boolean') return cell ? 'success' : 'failure';
  const text = (typeof cell === 'object' && cell !== null ? JSON.stringify(cell) : String(cell ?? '')).slice(0, 400);
  const value = /"(?:consolelogin|result|outcome|status|code)"\s?:\s?"?(\w+)/i.exec(text)?.[1] ?? text;
  // `Failure: invalid username or password`
  const word = value.split(/[:;,(]/)[0]?.trim() ?? '';
  if (SUCCEEDED.test(word)) return 'success';
  return FAILED.test(word) ? 'failure' : null;
}

function mfaOf({ columns }: EvidenceTable, { cells }: EvidenceRow): boolean | null {
  for (const [at, name] of columns.entries()) {
    const text = String(cells[at] ?? '').slice(0, 2000);
    const value = /mfa|multi.?factor/i.test(name)
      ? text.trim()
      : /"mfa(?:used|authenticated)"\s?:\s?"?(\w+)/i.exec(text)?.[1];
    // A rule says it in its name: `Signed in to the console without MFA`.
    if (
      /rule|title|detection|finding/i.test(name) &&
      /\bwithout (?:an? )?(?:MFA|second factor|multi-?factor)/i.test(text)
    )
      return false;
    if (value && /^(?:yes|true|1|enabled|used)$/i.test(value)) return true;
    if (value && /^(?:no|false|0|none|disabled)$/i.test(value)) return false;
  }
  return null;
}

/** Names of a case by what they are: who acts in it, and what is done. */
export type Vocabulary = { actors: Set<string>; actions: Set<string> };

const MAX_NAMES = 20_000;
/** Words of tables that are also words of sentences. */
const PLAIN =
  /^(?:user|users|role|root user|unknown|system|service|account|admin|anonymous|console|internal|aws|event|login|none|null|true|false|read|write|get|post|put|delete|head|options|query|list|success|failure|info|error|start|stop|open|close|access)$/;

export function vocabularyOf(all: EvidenceIndex[]): Vocabulary {
  const found: Vocabulary = { actors: new Set(), actions: new Set() };
  for (const record of all) {
    for (const { actors, actions } of eventsOf(record)) {
      if (found.actors.size + found.actions.size > MAX_NAMES) return found;
      for (const name of actors) if (!PLAIN.test(name) && !name.endsWith('.amazonaws.com')) found.actors.add(name);
      for (const name of actions) if (!PLAIN.test(name)) found.actions.add(name);
    }
  }
  return found;
}

/** Names as logs write them, also defanged: `j[.]thal@adventure[.]example`. */
const TOKEN = /[\p{L}\p{N}_](?:[\p{L}\p{N}_.:@/\\+=$-]|\[[.@:]\])*/gu;

/** What stands between a first and a last name in an account's. */
const JOINTS = ['.', '-', '_', ''];

/** Names of a vocabulary in a text, in lower case, with where they are. */
export function namesAt(text: string, names: ReadonlySet<string>): { name: string; start: number; end: number }[] {
  const tokens = [...text.matchAll(TOKEN)].map((match) => {
    const token = match[0].replace(/[.:/\\+=-]+$/, '');
    const plain = token.replace(/\[([.@:])\]/g, '$1').toLowerCase();
    return { token: plain, start: match.index, end: match.index + token.length };
  });
  return tokens.flatMap(({ token, start, end }, at) => {
    const next = tokens[at + 1];
    const pair = next && next.start - end <= 1 ? `${token} ${next.token}` : null;
    if (next && pair && names.has(pair)) return [{ name: pair, start, end: next.end }];
    // `Tom Berger` is who logs call tom.berger.
    const joined =
      next && pair ? JOINTS.map((joint) => `${token}${joint}${next.token}`).find((name) => names.has(name)) : undefined;
    if (next && joined && /\p{Lu}/u.test(text[start] ?? '')) return [{ name: joined, start, end: next.end }];
    if (names.has(token)) return [{ name: token, start, end }];
    // `scnr-deployer/gha-1000`, `iam:CreateUser`
    const part = token.split(/[/:\\]/).findLast((name) => names.has(name));
    return part ? [{ name: part, start, end }] : [];
  });
}
