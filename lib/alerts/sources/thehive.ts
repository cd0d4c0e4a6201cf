import type { Entity, Severity } from '../schema';
import { at, type Doc, docsIn, has, isDoc, number, text, texts, time } from './fields';
import type { Source } from './reading';
import { severityOfWord } from './severity';

const LEVELS: Severity[] = ['low', 'medium', 'high', 'critical'];

/**
 * TheHive alerts and cases, alone or in a webhook ({objectType, operation, object}). Severity: 1 low … 4 critical.
 * https://docs.strangebee.com/thehive/
 */
export const thehive: Source = {
  source: 'thehive',
  expects: 'a TheHive alert or case, or its webhook (objectType, object)',
  recognises: (doc) => {
    const item = objectOf(doc);
    return (
      has(item, 'title') &&
      has(item, 'severity') &&
      (isWebhook(doc) || (has(item, 'tlp') && (has(item, 'sourceRef') || has(item, 'caseId') || has(item, 'pap'))))
    );
  },
  read: (doc) => {
    const item = objectOf(doc);
    const level = number(item, 'severity');
    return {
      ref: text(item, '_id', 'id', 'sourceRef') ?? text(doc, 'objectId', 'rootId'),
      title: text(item, 'title'),
      description: text(item, 'description'),
      rule: text(item, 'type', 'source'),
      severity: severityOfWord(text(item, 'severityLabel')) ?? (level === undefined ? undefined : LEVELS[level - 1]),
      time: time(item, 'date', 'startDate', '_createdAt', 'createdAt') ?? time(doc, 'startDate', 'date'),
      techniques: texts(item, 'tags', 'procedures', 'title'),
      link: text(item, 'externalLink'),
      entities: docsIn(at(item, 'observables') ?? at(item, 'artifacts')).flatMap(observable),
      scan: item,
    };
  },
};

const isWebhook = (doc: Doc): boolean => has(doc, 'objectType') && isDoc(at(doc, 'object'));
const objectOf = (doc: Doc): Doc => {
  const inner = at(doc, 'object');
  return isWebhook(doc) && isDoc(inner) ? inner : doc;
};

const KINDS: Record<string, Entity['kind']> = {
  ip: 'ip',
  domain: 'domain',
  fqdn: 'domain',
  url: 'url',
  hash: 'hash',
  mail: 'email',
  'mail-address': 'email',
  filename: 'file',
  hostname: 'host',
  username: 'user',
  account: 'user',
};

function observable(doc: Doc): Entity[] {
  const kind = KINDS[text(doc, 'dataType')?.toLowerCase() ?? ''];
  const value = text(doc, 'data');
  return kind && value ? [{ kind, value }] : [];
}
