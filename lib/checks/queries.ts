import { findCitations } from './blocks';
import { windowsAsked } from './event-names';
import { eventsOf, type Vocabulary } from './events';
import { type EvidenceIndex, squash } from './evidence-index';
import { IPV4 } from './indicators';
import type { SaidTime } from './times';

const STOP = new Set(
  'with from that this were have been each every which their there these those then than them they what when where while into over under about after before between during same only more most less also both other another first last time times made make found shown none nothing never without evidence seen observed such because anything something anyone someone nobody data trace sign signs follow followed happen happened'.split(
    ' ',
  ),
);

/** Words of a text that say what it is about, without their endings. */
export function contentStems(text: string): string[] {
  const words = text.toLowerCase().match(/\p{L}{4,}/gu) ?? [];
  return [...new Set(words)].flatMap((word) => {
    if (STOP.has(word)) return [];
    const stem = word.replace(/ies$/, 'y').replace(/(?:ings?|ed|es|s)$/, '');
    return [stem.length >= 4 ? stem : word];
  });
}

/** Whether a query came back, and whole. */
export const isAnswer = ({ call, isWhole }: EvidenceIndex): boolean => call.status === 'ok' && isWhole;

const LITERAL = /'((?:[^']|'')*)'/g;

/** A query without what only makes a column of it: `count(*) FILTER (WHERE outcome = 'ok')`, `CASE WHEN … END`. */
const withoutColumns = (query: string): string =>
  query.replace(/\bfilter\s*\((?:[^()]|\([^()]{0,200}\)){0,400}\)|\bcase\s+when\b[\s\S]{0,600}?\bend\b/gi, ' ');

/** What a query narrows its rows to: texts in its conditions, without times and paths. */
function filtersOf({ call }: EvidenceIndex): string[] {
  const args = call.args;
  if (typeof args !== 'object' || args === null) return [];
  const values = Object.values(args).flatMap((value) => (Array.isArray(value) ? value : [value]));
  const numbered = values.flatMap((value) => (typeof value === 'string' ? windowsAsked(value) : [])).map(squash);
  const literals = values.flatMap((value) => {
    if (typeof value !== 'string') return [];
    // What a query leaves out narrows it to nothing.
    const kept = withoutColumns(value).replace(/(?:<>|!=|\bnot\s+i?like)\s*'[^']*'|\bnot\s+in\s*\([^)]*\)/gi, ' ');
    const start = kept.search(/\bwhere\b/i);
    const where = start >= 0 ? kept.slice(start) : /[=']/.test(kept) ? kept : '';
    return [...where.matchAll(LITERAL)]
      .map((match) => match[1] ?? '')
      .filter((text) => text.length > 1 && !/^\d{4}-\d\d-\d\d/.test(text) && !text.startsWith('$'))
      .map(squash);
  });
  return [...literals, ...numbered];
}

/** Whom or what a query asks for: addresses, and names of who acts. */
export const entitiesAsked = (record: EvidenceIndex, { actors }: Vocabulary): string[] =>
  filtersOf(record)
    .map((filter) => filter.replaceAll('%', ''))
    .filter((filter) => IPV4.test(filter) || actors.has(filter) || filter.includes('@'));

const CONDITION = /"?([\w.]+)"?\s*(?:={1,2}|=~|:|\bi?like\b|\bhas\b|\bcontains\b|\bin\s*\()\s*['"]/gi;
const QUERY_FIELD = /^(?:sql|query|q|search|kql|spl|statement|filter|where|expression)$/i;
const RANGE_FIELD = /^(?:from|to|since|until|start|end|source|index|limit|earliest|latest|order|sort)/i;

const LEFT_OUT = /"?([\w.]+)"?\s*(?:<>|!=|\bnot\s+i?like\b|\bnot\s+in\s*\()\s*'/gi;

/** The columns that the conditions of a query's texts narrow to some of their values, and those that they leave values out of. */
function columnsOf({ call }: EvidenceIndex): { kept: string[]; leftOut: string[] } {
  const args = call.args;
  const fields = typeof args === 'object' && args !== null ? Object.entries(args) : [];
  // A field of its own, as `{user: "lena"}` has one, narrows as well.
  const own = fields.flatMap(([name, value]) =>
    typeof value === 'string' && !QUERY_FIELD.test(name) && !RANGE_FIELD.test(name) ? [name] : [],
  );
  const conditions = fields.flatMap(([name, value]) => {
    if (typeof value !== 'string' || !QUERY_FIELD.test(name)) return [];
    const parts = withoutColumns(value).split(/\b(?:where|having)\b/i);
    // Splunk's search has its conditions first.
    const wheres = /\bselect\b/i.test(value) ? parts.slice(1) : parts;
    return wheres.map((part) => part.split(/\b(?:select|group by|order by|limit|case)\b/i)[0] ?? '');
  });
  const columns = (part: string, pattern: RegExp) => [...part.matchAll(pattern)].map((match) => match[1] ?? '');
  const parts = conditions.map((part) => {
    const [kept = '', ...negated] = part.split(/\bnot\s+(?:coalesce\s*)?\(/i);
    return { kept, negated: negated.join(' ') };
  });
  return {
    kept: [...own, ...parts.flatMap(({ kept }) => columns(kept, CONDITION))],
    leftOut: parts.flatMap(({ kept, negated }) => [...columns(kept, LEFT_OUT), ...columns(negated, CONDITION)]),
  };
}

/** Words for others than those that were asked for, and the columns whose conditions leave them out. */
const OTHERS: [RegExp, RegExp][] = [
  [
    /\b(?:other than|no ?body|no[ -]one(?! of\b)|any(?:one|body)|(?:no|any|some)?\s?(?:other|another|different) (?:service )?(?:user|identit\w+|account|principal|role|person|people|actor|employee|key)s?)\b/i,
    /user|actor|principal|identity|arn|who|caller|role|accesskey/i,
  ],
  [/\b(?:anywhere|somewhere|nowhere) else\b|\belsewhere\b/i, /ip|addr/i],
  [/\b(?:other|another|different) (?:\w+ )?buckets?\b/i, /bucket/i],
  [/\b(?:other|another|different) (?:\w+ )?(?:address(?:es)?|ips?)\b/i, /ip|addr/i],
  [/\b(?:other|another|different) (?:\w+ )?regions?\b/i, /region/i],
  [/\b(?:other|another|different) (?:\w+ )?(?:hosts?|instances?|machines?|servers?)\b/i, /host|instance|computer/i],
];

/** Things that calls make, change or delete, and what their names say of them. */
const THINGS: [RegExp, RegExp][] = [
  [/\b(?:lambda|functions?)\b/i, /function|lambda/],
  [/\binstances?\b/i, /instance/],
  [/(?<!\b(?:another|other|different)\s)\b(?:users?|accounts?)\b/i, /user|loginprofile|account|invite|member|passwd/],
  [/\broles?\b/i, /role/],
  [/\b(?:access )?keys?\b/i, /key|credential|secret/],
  [/\bbuckets?\b/i, /bucket/],
  [/\bpolic(?:y|ies)\b/i, /polic|permission/],
  [/\bsecrets?\b/i, /secret|parameter/],
  [/\bsnapshots?\b/i, /snapshot|image|volume/],
  [/\bdatabases?\b/i, /db|database|rds|cluster/],
  [/\btrails?\b/i, /trail|logging|selector/],
  [/\b(?:security )?groups?\b/i, /group|ingress|egress/],
  [
    /\b(?:sign|log)(?:ed|ged|s)?[ -]?(?:in|on)s?\b|\b(?:got|get|let) in\b|\blog-?ins?\b/i,
    /login|sign|session|auth|logon|password|accepted/,
  ],
  [/\b(?:kernel )?modules?\b/i, /module|insmod|modprobe/],
  [/\b(?:scheduled tasks?|cron ?jobs?|crontabs?)\b/i, /task|cron|schedule/],
  [/\bservices?\b/i, /service|systemd|systemctl/],
  [/\b(?:factors?|authenticators?|mfa|security info)\b/i, /factor|mfa|security|authenticator|device/],
  [/\b(?:applications?|apps?|consents?)\b/i, /app|consent|oauth|client/],
  [/\b(?:files?|documents?)\b/i, /file|doc|object|download|drive/],
  [/\b(?:messages?|mails?|e-?mails?)\b/i, /mail|message|send|delete/],
  [/\bconnections?\b/i, /connect|conn\b|flow/],
  [/\bcalendars?\b/i, /calendar/],
  [/\b(?:inbox|mailbox|forwarding) rules?\b/i, /rule|mailbox/],
  [/\bimages?\b/i, /image|container|pod|registry|pull/],
  [/\badministrators?\b/i, /admin|privilege|role|group|member|polic|grant/],
  [/\bssh\b/i, /session|ssh|login|logon|sign|auth|pam|accepted|token/],
  [/\bvpn\b/i, /vpn|tunnel|ike|openvpn|wireguard|anyconnect|globalprotect/],
  [/\b(?:resolved?|looked up) (?:a|any|another|the) names?\b|\bdns\b/i, /dns|query|resolv|lookup|name/],
  [/\b(?:event )?logs?\b(?= (?:was|were|is|has))/i, /log|audit|trail/],
];
const ACTION_COLUMN = /event_?(?:name|type|id|code)|operation|action|method|exe$|process|command|image|verb|resource/i;
const ACTOR_COLUMN = /user|actor|principal|identity|arn|who|caller|login|email|account|host|computer|ip$|ip_?addr/i;

/** Whether a query left out what a denial is about: others than those that it asked for, or calls of another kind of thing. */
function leavesOut(record: EvidenceIndex, scope: string, { actions, actors }: Vocabulary, filters: string[]): boolean {
  const { kept: columns, leftOut } = columnsOf(record);
  const isOther = OTHERS.some(
    ([words, names]) =>
      words.test(scope) &&
      columns.some((column) => names.test(column) && !/agent/i.test(column)) &&
      !leftOut.some((column) => names.test(column)),
  );
  if (isOther) return true;
  // Whose acts were asked for narrows nothing of what they did.
  // `%Invoice_4471%` of a command line is a thing's name.
  const isAction = (filter: string) =>
    actions.has(filter) || (/^%?[/\\\w.:-]*[a-z][\w:.-]*%?$/.test(filter) && !/\d{3}/.test(filter));
  const own = filters.filter((filter) => !isOfActor(filter, actors));
  const isNumbered = windowsAsked(JSON.stringify(record.call.args) ?? '').length > 0;
  const isByAction =
    own.length > 0 &&
    (isNumbered || columns.some((column) => ACTION_COLUMN.test(column))) &&
    columns.every((column) => ACTION_COLUMN.test(column) || ACTOR_COLUMN.test(column));
  if (!isByAction || !own.every(isAction)) return false;
  const things = THINGS.filter(([words]) => words.test(scope));
  return things.length > 0 && !things.some(([, names]) => own.some((filter) => names.test(filter)));
}

/** Whether a query has a column of what a denial says that no other was: who copied, of `never copied by anybody else`. */
const showsOthers = (record: EvidenceIndex, scope: string): boolean =>
  /\b(?:else|others?|another|different)\b/i.test(scope) &&
  OTHERS.some(
    ([words, names]) =>
      words.test(scope) &&
      record.tables().some(({ columns, rows }) => rows.length > 1 && columns.some((column) => names.test(column))),
  );

/** Columns of who or from where: what narrows to them finds any act. */
const ENTITY_COLUMN =
  /user|actor|principal|identity|arn|who|caller|login$|email|account|host|computer|ip$|ip_?addr|accesskey|session/i;

/** Whether rows came back that have all words of a denial: `no MFA by its own attributes`, of a whole event. */
function showsThing(record: EvidenceIndex, scope: string): boolean {
  if (/\b(?:was|were|been|has|had|did|does|is|are)\b/.test(scope)) return false;
  const said = findCitations(scope).reduceRight(
    (rest, { start, end }) => rest.slice(0, start) + rest.slice(end),
    scope,
  );
  const words = [...contentStems(said), ...(said.match(/\b\p{Lu}{3,}\b/gu) ?? []).map((word) => word.toLowerCase())];
  if (words.length === 0 || words.length > 4) return false;
  return record
    .tables()
    .some(({ columns, rows }) =>
      rows.some(({ text }) =>
        words.every((word) => text.includes(word) || columns.join(' ').toLowerCase().includes(word)),
      ),
    );
}

const OF_OTHERS =
  /\b(?:nobody|no[ -]one|none|else\w*|others?|another|different|any(?:one|body)|elsewhere|only|alone|single|sole|company|tenant|organi[sz]ation|everyone|everybody|all)\b/i;

/** Whether a query's rows count something of somebody without saying what was done: they can't show that an act is missing. */
function hidesActs(record: EvidenceIndex, scope: string): boolean {
  const things = THINGS.filter(([words]) => words.test(scope));
  const events = eventsOf(record);
  if (things.length === 0 || events.length === 0 || events.some(({ actions }) => actions.length > 0)) return false;
  const asked = squash(JSON.stringify(record.call.args) ?? '');
  return !events.some(
    ({ row, columns }) =>
      row.cells.some((cell) =>
        typeof cell === 'object' ? cell !== null : typeof cell === 'string' && cell.length > 60,
      ) ||
      things.some(
        ([, names]) => names.test(columns.join(' ').toLowerCase()) || names.test(row.text) || names.test(asked),
      ),
  );
}

const isOfActor = (filter: string, actors: ReadonlySet<string>): boolean =>
  filter.includes('@') || /^[\d.:%]+$/.test(filter) || actors.has(filter.replaceAll('%', ''));

/** Whether a name is that of an act on a thing that a text has a word for: `stopped a trail`, of `StopLogging`. */
export const isOnThing = (text: string, name: string): boolean =>
  THINGS.some(([words, names]) => words.test(text) && names.test(name));

/** Whether a query asks for a thing that a text has a word for: `no account was added`, of `/usr/sbin/useradd`. */
const asksFor = (scope: string, filters: string[]): boolean =>
  THINGS.some(([words, names]) => words.test(scope) && filters.some((filter) => names.test(filter)));

const MONTHS = 'january february march april may june july august september october november december'.split(' ');

/** Whether a query's range has a part of each month that a denial names: `no sign-in in February`. */
export function coversMonths({ call }: EvidenceIndex, text: string): boolean {
  const [from, to] = [call.timeFrom, call.timeTo].map((value) => (value === null ? Number.NaN : Date.parse(value)));
  if (from === undefined || to === undefined || Number.isNaN(from) || Number.isNaN(to) || to - from > 300 * 86_400_000)
    return true;
  const said = [...text.matchAll(/\b(?:in|during|throughout) (\p{Lu}\p{Ll}{2,8})\b/gu)].flatMap(([, name = '']) => {
    const month = MONTHS.indexOf(name.toLowerCase());
    return month < 0 ? [] : [month];
  });
  return said.every((month) => {
    for (let at = from; at < to + 86_400_000; at += 86_400_000)
      if (new Date(Math.min(at, to)).getUTCMonth() === month) return true;
    return false;
  });
}

const NOBODY_AS = /\b(?:nobody|no[ -]one|none)\b(?! (?:else|other|but|besides|except)\b)[^,;]* as\b/i;

/** What a denial names, its own words, and the words around it. */
type Thing = { names: string[]; stems: string[]; vocabulary: Vocabulary; scope: string; around: string };

/**
 * Whether a query could have found a thing: it came back whole, and what it narrows to is the thing, or is named around it, or has
 * nothing to do with it (a query of one user's calls can find any call of that user).
 */
export const couldFind = (record: EvidenceIndex, thing: Thing): boolean => finds(record, thing) === 'yes';

/** Whether a query surely asked for something else: that it has no word of a thing says little. */
export const asksOther = (record: EvidenceIndex, thing: Thing): boolean => finds(record, thing) === 'no';

function finds(record: EvidenceIndex, { names, stems, vocabulary, scope, around }: Thing): 'yes' | 'no' | 'unclear' {
  if (!isAnswer(record)) return 'no';
  // A scan finds what rules look for; that a rule did not hit is all that it can deny.
  if (record.call.tool === 'scan' && !/\b(?:rules?|detections?|sigma)\b/i.test(around)) return 'no';
  const filters = filtersOf(record);
  if (filters.length === 0) return 'yes';
  const args = squash(JSON.stringify(record.call.args) ?? '');
  // `Nobody signed in as sysd`: whose sign-ins were asked for is whom the denial names.
  const isOfNamed = NOBODY_AS.test(scope) && names.some((name) => args.includes(squash(name)));
  if (showsThing(record, scope)) return 'yes';
  if (!isOfNamed && leavesOut(record, scope, vocabulary, filters)) return 'no';
  if (showsOthers(record, scope)) return 'yes';
  const { kept, leftOut } = columnsOf(record);
  const isOfEntities = kept.length > 0 && kept.every((column) => ENTITY_COLUMN.test(column));
  const isEntity = (filter: string) =>
    isOfEntities || /\d/.test(filter) || vocabulary.actors.has(filter.replaceAll('%', ''));
  const keys = names.map((name) => squash(name));
  // A query that leaves an address out looks for all others, and for others alone.
  if (isOfEntities && leftOut.some((column) => ENTITY_COLUMN.test(column)))
    return OF_OTHERS.test(around) ? 'yes' : 'no';
  if (hidesActs(record, scope)) return 'no';
  const isNamed = keys.some((key) => args.includes(key) || record.has(key));
  if (isNamed) return 'yes';
  const narrowsToOther = keys.some(
    (key) =>
      (vocabulary.actors.has(key) || /\d/.test(key)) &&
      filters.some((filter) => isEntity(filter) && IPV4.test(filter) === IPV4.test(key)),
  );
  if (narrowsToOther) return 'no';
  const isAbout =
    filters.every(isEntity) ||
    stems.some((stem) => args.includes(stem) || filters.some((filter) => filter.includes(stem))) ||
    asksFor(around, filters);
  return isAbout ? 'yes' : 'unclear';
}

/** Whether a whole answer is about other kinds of things than a denial. */
export const isOfOtherThings = (record: EvidenceIndex, scope: string, vocabulary: Vocabulary): boolean =>
  isAnswer(record) && leavesOut(record, scope, vocabulary, filtersOf(record));

/** Whether a query's range reaches beyond a time that a claim says `after`, `since` or `before` of. */
export function isRangeBeside({ call }: EvidenceIndex, time: SaidTime, before: string): boolean {
  const [from, to] = [call.timeFrom, call.timeTo].map((value) => (value === null ? null : Date.parse(value)));
  if (/\b(?:after|since|later than|from)\s+$/i.test(before)) return to === null || to === undefined || to > time.to;
  if (/\b(?:before|until|prior to|earlier than)\s+$/i.test(before))
    return from === null || from === undefined || from < time.from;
  return true;
}
