import { plainKey } from '../entity-keys';
import { Entity, type Severity } from '../schema';
import { cefIn, readCefEvent } from './cef';
import { at, type Doc, isDoc, texts, toTime } from './fields';
import {
  ALERT_OBJECTS,
  CHECK_KEY,
  CODE_KEYS,
  CONTENT_OBJECTS,
  KEYS,
  LONG_ID,
  PASSED,
  RESOLVED,
  RESULT_KEYS,
  STATE_KEYS,
} from './generic-keys';
import { isQradarOffense, readQradarOffense } from './qradar';
import type { Source } from './reading';
import { severityOfOcsfId, severityOfScore, severityOfWord, severityOnScale } from './severity';
import { isZeekNotice, readZeekNotice } from './zeek';

const DEPTH = 3;

/**
 * Any JSON object, read by what its keys are called. Also our own documented form: {id, title, severity, time, rule, link,
 * description, entities: [{kind, value}], …anything}. Severity: a word; {label|name|description|score}; a risk score. A bare number is on a
 * scale of unknown direction (1 may be the worst or the least): it counts as none.
 */
export const generic: Source = {
  source: 'generic',
  expects: 'a JSON object',
  recognises: () => true,
  read: (doc) => {
    const event = cefIn(doc);
    if (event) return readCefEvent(event, doc);
    if (isZeekNotice(doc)) return readZeekNotice(doc);
    if (isQradarOffense(doc)) return readQradarOffense(doc);
    const levels = outerFirst(doc);
    const top = levels.slice(0, 1);
    const things = outerFirst(doc, NO_TITLE_BELOW);
    const parts = alertParts(doc);
    const alerts = parts.map((level) => level.map(({ fields }) => fields));
    const title =
      firstText(levels, KEYS.title) ??
      nameOfRule(levels) ??
      textOf(at(doc, 'eventName.localizedValue')) ??
      firstText(top, KEYS.titleElse) ??
      firstText(alerts.slice(1), KEYS.titleElse) ??
      firstText(things, KEYS.titleElse) ??
      first(things, '', sentence, ANY_KEY) ??
      firstText(things, '', /(?:type|kind|category)$/);
    const passed = hasPassed(alerts);
    const page =
      first(alerts, KEYS.link, webAddress) ??
      first(alerts, '', webAddress, LINK_ENDING) ??
      first(alerts, 'links', pageInLinks) ??
      first(levels, KEYS.link, webAddress) ??
      first(levels, '', webAddress, LINK_ENDING);
    const address = () =>
      first(alerts, KEYS.linkElse, webAddress) ?? first(outerFirst(doc, NO_LINK_BELOW), KEYS.linkElse, webAddress);
    const description = firstText(alerts, KEYS.description) ?? firstText(levels, KEYS.description);
    return {
      ref: ownId(parts),
      title,
      description: description === title ? undefined : description,
      rule: firstText(levels, KEYS.rule) ?? nameOfRule(levels) ?? firstText(levels, KEYS.ruleElse),
      severity: passed ? 'informational' : (severityIn(alerts, alerts.length) ?? severityIn(levels, 2)),
      time:
        splitTime(alerts) ??
        first(alerts, KEYS.time, toTime) ??
        first(levels, KEYS.time, toTime) ??
        first(levels, '', toTime, TIME_ENDING),
      techniques: texts(doc, ''),
      entities: ownEntities(doc),
      link: page ?? (alerts.flat().some(isAboutTraffic) ? undefined : address()),
      linkMayBeIndicator: page === undefined,
      resolved: passed || hasWord(alerts, STATE_KEYS, RESOLVED),
    };
  },
};

const TIME_ENDING = /(?:time|timestamp|date|datetime|seen|found|observed|created|occurred|at|on)(?:utc|ms|ns|epoch)?$/;

/** Addresses of the sender's own pages, not those of requests and images. */
const LINK_ENDING =
  /(?:link|uri|(?:web|console|alert|event|rule|case|details?|detection|finding|incident|issue|panel|view|report|insight|offense|ticket|portal|dashboard|query|results?|product|app|ui|xdr|siem|edr|triage|investigation)url)$/;

const hasWord = (levels: Level[], keys: string, words: RegExp): boolean =>
  first(levels, keys, (value) => (typeof value === 'string' && words.test(value.trim()) ? true : undefined)) ?? false;

/** A check that passed still carries the severity that it would have had. A result alone may be that of anything else. */
const hasPassed = (alerts: Level[]): boolean =>
  hasWord(alerts, STATE_KEYS, PASSED) ||
  (alerts.flat().some((fields) => [...fields.keys()].some((key) => CHECK_KEY.test(key))) &&
    hasWord(alerts, RESULT_KEYS, PASSED));

/** A mail, a click or a connection: its `url` is where somebody was led, and must not become a link to click. */
const isAboutTraffic = (fields: Map<string, unknown>): boolean =>
  (fields.has('from') && (fields.has('to') || fields.has('subject'))) ||
  [...fields.keys()].some((key) =>
    /^(?:useragent|referr?er|(?:http)?method|sender(?:ip|address)?|recipients?|clickip|(?:src|source|client|server|dst|dest|destination)(?:ip|address)?|sha256|md5|filehash|threatname)$/.test(
      key,
    ),
  );

/** Date and time of day in two fields. */
const SPLIT_TIMES = [
  ['eventdate', 'eventtime'],
  ['date', 'time'],
  ['startdate', 'starttime'],
  ['logdate', 'logtime'],
  ['datum', 'uhrzeit'],
  ['datum', 'zeit'],
  ['fecha', 'hora'],
  ['date', 'heure'],
] as const;

function splitTime(alerts: Level[]): Date | undefined {
  for (const fields of alerts.flat()) {
    for (const [day, hour] of SPLIT_TIMES) {
      const [date, time] = [textOf(fields.get(day)), textOf(fields.get(hour))];
      if (date && time && /^\d{1,2}:\d{2}/.test(time)) return toTime(`${date.replace(/[./]/g, '-')} ${time}`);
    }
  }
  return undefined;
}

/** The fields of each object of one depth, under plain keys. */
type Level = Map<string, unknown>[];

const plainFields = (doc: Doc): Map<string, unknown> =>
  new Map(
    Object.entries(doc).map(([key, value]) => [
      key.startsWith('@') ? `@${plainKey(key)}` : plainKey(key),
      // Azure writes a constant with its words: {value, localizedValue}.
      isDoc(value) && typeof value.localizedValue === 'string' ? value.localizedValue : value,
    ]),
  );

/** Objects whose name is that of a person or a thing, and says nothing of what happened. */
const NO_TITLE_BELOW: ReadonlySet<string> = new Set(
  'user users actor actors account accounts owner assignee author device devices machine host computer endpoint agent client asset organization tenant customer company group network application process file'.split(
    ' ',
  ),
);

/** Objects whose address is what was found, or whose: never a page of the sender. */
const NO_LINK_BELOW: ReadonlySet<string> = new Set(
  'links urls attachments indicators iocs observables artifacts perpetrator attacker threatactor evidence'.split(' '),
);

/** The objects of a document by depth, keys plain, without those below some keys. Lists count at the depth of their items. */
function outerFirst(doc: Doc, without?: ReadonlySet<string>): Level[] {
  const levels: Level[] = [];
  let here: unknown[] = [doc];
  for (let depth = 0; depth <= DEPTH && here.length > 0; depth++) {
    const docs = here
      .flatMap((item) => (Array.isArray(item) ? item.slice(0, 20) : [item]))
      .filter(isDoc)
      .slice(0, 200);
    levels.push(docs.map(plainFields));
    here = docs.flatMap((item) =>
      Object.entries(item).flatMap(([key, value]) => (without?.has(plainKey(key)) ? [] : [value])),
    );
  }
  return levels;
}

/** `own`: it, or what it stands in, is named as the alert, and not only as its content. */
type Part = { fields: Map<string, unknown>; own: boolean };

/** JSON:API: {type, id, attributes}, unless it is of a person or a thing: the same one comes in many alerts. */
const isResource = (value: unknown): boolean =>
  isDoc(value) &&
  typeof value.type === 'string' &&
  !NO_TITLE_BELOW.has(plainKey(value.type).replace(/s$/, '')) &&
  value.id !== undefined &&
  isDoc(value.attributes);

/** The document and the objects in it that are the alert itself, outermost first. A user, a rule or a repository is none of them. */
function alertParts(doc: Doc): Part[][] {
  const levels: Part[][] = [];
  let here: { item: Doc; own: boolean; isRoot: boolean }[] = [{ item: doc, own: false, isRoot: true }];
  for (let depth = 0; depth <= DEPTH && here.length > 0; depth++) {
    levels.push(here.map(({ item, own, isRoot }) => ({ fields: plainFields(item), own: own || isRoot })));
    here = here.flatMap(({ item, own }) =>
      Object.entries(item).flatMap(([name, value]) => {
        const key = plainKey(name);
        const inner = Array.isArray(value) && value.length === 1 ? value[0] : value;
        const isAlert = ALERT_OBJECTS.has(key) || (key === 'data' && isResource(inner));
        return (isAlert || CONTENT_OBJECTS.has(key)) && isDoc(inner)
          ? [{ item: inner, own: own || isAlert, isRoot: false }]
          : [];
      }),
    );
  }
  return levels;
}

/**
 * The alert's own id, or undefined: then its content identifies it, and no two different alerts can be taken for one. An id by its name
 * (`alertId`) counts from outside in; another one first where the title is, since an event around it has its own (PagerDuty).
 */
function ownId(parts: Part[][]): string | undefined {
  const titled = Math.max(
    parts.findIndex((level) => level.some(({ fields }) => firstText([[fields]], KEYS.title) !== undefined)),
    0,
  );
  const own = parts.map((level, depth) =>
    level.filter((part) => part.own || depth === titled).map(({ fields }) => fields),
  );
  return (
    idIn(own.slice(0, titled + 1), KEYS.ref) ??
    idIn(own.slice(titled, titled + 1), KEYS.refElse) ??
    idIn(own, `${KEYS.ref} ${KEYS.refElse}`)
  );
}

function idIn(levels: Level[], keys: string): string | undefined {
  for (const level of levels) {
    for (const name of keys.split(' ')) {
      for (const fields of level) {
        const id = textOf(fields.get(name));
        // An id has no blanks; a text in its place is a name.
        if (id !== undefined && !/\s/.test(id) && (!CODE_KEYS.has(name) || LONG_ID.test(id))) return id;
      }
    }
  }
  return undefined;
}

/** Depth by depth, and there key by key: an outer field is the alert's, an inner one a part's. */
function first<T>(
  levels: Level[],
  keys: string,
  read: (value: unknown, key: string) => T | undefined,
  ending?: RegExp,
): T | undefined {
  const names = keys.split(' ');
  for (const level of levels) {
    for (const name of ending ? [''] : names) {
      for (const fields of level) {
        const values: [string, unknown][] = ending
          ? [...fields].filter(([key]) => key.length < 100 && ending.test(key))
          : [[name, fields.get(name)]];
        for (const [key, value] of values) {
          const found = read(value, key);
          if (found !== undefined) return found;
        }
      }
    }
  }
  return undefined;
}

function textOf(value: unknown): string | undefined {
  if (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string'))
    return value.slice(0, 3).join(' · ').trim() || undefined;
  const found = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  return found === '' ? undefined : found;
}

const firstText = (levels: Level[], keys: string, ending?: RegExp): string | undefined =>
  first(levels, keys, readText, ending);

const readText = (value: unknown): string | undefined => {
  const found = textOf(value);
  // A number or an identifier is no title and no description; a sign that people read as a word is.
  return found !== undefined &&
    /[\p{L}\p{Extended_Pictographic}]/u.test(found) &&
    !UUID.test(found) &&
    !DIGEST.test(found) &&
    !/^https?:\/\/\S+$/.test(found)
    ? found
    : undefined;
};

/** A text of three words or more says more than no title. */
const sentence = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length <= 300 && /^\p{Lu}\S*(?: \S+){2,}$/u.test(value.trim())
    ? value.trim()
    : undefined;
const ANY_KEY = /^/;

const DIGEST = /^(?=.*\d)[0-9a-f]{24,}$/i;
const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

/** {rule: {name}} and the like. */
function nameOfRule(levels: Level[]): string | undefined {
  for (const fields of levels.slice(0, 2).flat()) {
    for (const key of [
      'rule',
      'alert',
      'detection',
      'event',
      'xdrevent',
      'finding',
      'policy',
      'model',
      'signature',
      'detector',
      'incident',
      'threat',
      'control',
    ]) {
      const value = fields.get(key);
      const name =
        at(value, 'display_name') ??
        at(value, 'displayname') ??
        at(value, 'name') ??
        at(value, 'title') ??
        at(value, 'summary') ??
        at(value, 'message');
      if (typeof name === 'string' && name.trim() !== '') return name.trim();
    }
  }
  return undefined;
}

/** `deep`: to which depth words that mean many things count. */
function severityIn(levels: Level[], deep: number): Severity | undefined {
  return (
    first(levels, KEYS.severity, severityOfValue) ??
    first(levels, '', severityOfValue, /severity(?:name|label|text|string|level)?$/) ??
    first(levels.slice(0, deep), KEYS.severity, severityOnScale) ??
    first(levels.slice(0, deep), KEYS.severityElse, severityOfValue) ??
    first(levels.slice(0, deep + 1), KEYS.score, (value, key) => severityOfScore(numberOf(value), key))
  );
}

const numberOf = (value: unknown): number | undefined => {
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
};

function severityOfValue(value: unknown): Severity | undefined {
  if (Array.isArray(value)) return severityOfValue(value[0]);
  if (!isDoc(value)) return typeof value === 'string' ? severityOfWord(value) : undefined;
  for (const key of ['label', 'name', 'level', 'description', 'value', 'text', 'severity', 'display', 'displayValue']) {
    const word = at(value, key);
    const found = typeof word === 'string' ? severityOfWord(word) : undefined;
    if (found) return found;
  }
  const score = numberOf(at(value, 'score'));
  return score === undefined
    ? severityOfOcsfId(numberOf(at(value, 'id')))
    : severityOfScore(score, score <= 10 ? 'cvss' : 'score');
}

/** `links: {self, html}`, as APIs write them: the page is the one for people. */
const pageInLinks = (value: unknown): string | undefined =>
  webAddress(at(value, 'html.href') ?? at(value, 'html') ?? at(value, 'web.href') ?? at(value, 'web'));

function webAddress(value: unknown): string | undefined {
  return typeof value === 'string' && /^https?:\/\//i.test(value) ? value : undefined;
}

/** Entities that the sender gives in our own form; others are found by looking. */
function ownEntities(doc: Doc): Entity[] {
  const list = at(doc, 'entities');
  return Array.isArray(list) ? list.slice(0, 200).flatMap((item) => Entity.safeParse(item).data ?? []) : [];
}
