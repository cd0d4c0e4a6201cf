import { Entity } from '../schema';
import { at, type Doc, isDoc, texts, toTime } from './fields';
import type { Reading, Source } from './reading';
import { severityOfOcsfId, severityOfUnknownScale, severityOfWord } from './severity';

const DEPTH = 3;

/** Keys by what they mean, in lower case without separators; the first that is there wins, outer objects before inner ones. */
const KEYS = {
  ref: 'alertid alertuuid findingid detectionid incidentid incidentkey eventid id uuid uid guid externalid',
  title:
    'title alerttitle alertname headline summary subject rulename ruletitle detectionname primarydescription typestring',
  titleHere: 'name rule signature message msg reason description intro details eventname eventtype type category',
  description:
    'description primarydescription alertdescription details desc summary message msg intro reason ruledescription',
  rule: 'rulename rule ruletitle detectionrule policyname detectionname ruleid signature typestring type',
  severity:
    'severity alertseverity severitylabel severityname severitylevel maxseverity risklevel threatlevel criticality',
  severityElse: 'urgency priority level risk riskscore',
  time:
    'time timestamp @timestamp eventtime occurredat occurred detectedat detectiontime detecttime alerttime triggeredat starttime firstseentime ' +
    'firstseen lastseentime lastseen lastobservedat createdat createdtime createddatetime creationtime created peventtime updatedat updatedtime date datetime ts',
  link: 'link alertlink alerturl weburl htmlurl consoleurl permalink url',
} as const;

/**
 * Any JSON object, read by what its keys are called. Also our own documented form: {id, title, severity, time, rule, link,
 * description, entities: [{kind, value}], …anything}. Severity: a word; {label|name|description|score}; a number on a scale guessed by its
 * size (up to 5, 10 or 100).
 */
export const generic: Source = {
  source: 'generic',
  expects: 'a JSON object',
  recognises: () => true,
  read: (doc) => {
    const levels = outerFirst(doc);
    const title =
      firstText(levels, KEYS.title) ??
      nameOfRule(levels) ??
      firstText(levels.slice(0, 1), KEYS.titleHere) ??
      firstText(levels, KEYS.titleHere);
    const reading: Reading = {
      ref: firstText(levels, KEYS.ref),
      title,
      description: firstText(levels, KEYS.description),
      rule: firstText(levels, KEYS.rule) ?? nameOfRule(levels),
      severity: first(levels, KEYS.severity, toSeverity) ?? first(levels.slice(0, 2), KEYS.severityElse, toSeverity),
      time: first(levels, KEYS.time, toTime),
      techniques: texts(doc, ''),
      entities: ownEntities(doc),
      link: first(levels, KEYS.link, webAddress) ?? first(levels, '', webAddress, /(link|weburl|consoleurl)$/),
    };
    if (reading.description === title) reading.description = undefined;
    return reading;
  },
};

type Level = Map<string, unknown>[];

/** The objects of a document by depth, keys plain. Lists count at the depth of their items. */
function outerFirst(doc: Doc): Level[] {
  const levels: Level[] = [];
  let here: unknown[] = [doc];
  for (let depth = 0; depth <= DEPTH && here.length > 0; depth++) {
    const docs = here
      .flatMap((item) => (Array.isArray(item) ? item.slice(0, 20) : [item]))
      .filter(isDoc)
      .slice(0, 200);
    levels.push(
      docs.map(
        (item) =>
          new Map(Object.entries(item).map(([key, value]) => [key.toLowerCase().replace(/[^a-z0-9@]/g, ''), value])),
      ),
    );
    here = docs.flatMap((item) => Object.values(item));
  }
  return levels;
}

/** Depth by depth, and there key by key: an outer field is the alert's, an inner one a part's. */
function first<T>(
  levels: Level[],
  keys: string,
  read: (value: unknown) => T | undefined,
  ending?: RegExp,
): T | undefined {
  const names = keys.split(' ');
  for (const level of levels) {
    for (const name of ending ? [''] : names) {
      for (const fields of level) {
        const values = ending
          ? [...fields].filter(([key]) => ending.test(key)).map(([, value]) => value)
          : [fields.get(name)];
        for (const value of values) {
          const found = read(value);
          if (found !== undefined) return found;
        }
      }
    }
  }
  return undefined;
}

function firstText(levels: Level[], keys: string): string | undefined {
  return first(levels, keys, (value) => {
    const found = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
    return found === '' ? undefined : found;
  });
}

/** {rule: {name}} and the like. */
function nameOfRule(levels: Level[]): string | undefined {
  for (const fields of levels[0] ?? []) {
    for (const key of ['rule', 'alert', 'detection', 'event', 'finding', 'policy']) {
      const name = at(fields.get(key), 'name') ?? at(fields.get(key), 'title');
      if (typeof name === 'string' && name.trim() !== '') return name.trim();
    }
  }
  return undefined;
}

function toSeverity(value: unknown) {
  if (isDoc(value)) {
    for (const key of ['label', 'name', 'level', 'description', 'value']) {
      const word = at(value, key);
      const found = typeof word === 'string' ? severityOfWord(word) : undefined;
      if (found) return found;
    }
    const score = at(value, 'score') ?? at(value, 'id');
    return typeof score === 'number' ? (severityOfOcsfId(score) ?? severityOfUnknownScale(score)) : undefined;
  }
  if (typeof value === 'number') return severityOfUnknownScale(value);
  if (typeof value !== 'string') return undefined;
  return (
    severityOfWord(value) ?? (/^\d+(\.\d+)?$/.test(value.trim()) ? severityOfUnknownScale(Number(value)) : undefined)
  );
}

function webAddress(value: unknown): string | undefined {
  return typeof value === 'string' && /^https?:\/\//i.test(value) ? value : undefined;
}

/** Entities that the sender gives in our own form; others are found by looking. */
function ownEntities(doc: Doc): Entity[] {
  const list = at(doc, 'entities');
  return Array.isArray(list) ? list.slice(0, 200).flatMap((item) => Entity.safeParse(item).data ?? []) : [];
}
