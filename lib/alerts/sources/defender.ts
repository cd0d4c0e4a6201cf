import type { Entity } from '../schema';
import { at, type Doc, docsIn, embeddedJson, has, isDoc, text, texts, time } from './fields';
import { isGraphV1, isSentinelProvider, readGraphV1, readGraphV2 } from './graph-security';
import type { Reading, Source } from './reading';
import { severityOfWord } from './severity';

/**
 * Microsoft Defender: Graph security alerts v2 and v1, Defender for Endpoint alerts, Microsoft 365 Defender incidents, and
 * advanced-hunting events with their alerts. Severity: Informational … High as words; UnSpecified counts as none.
 */
export const defender: Source = {
  source: 'defender',
  expects: 'a Graph security alert, a Defender for Endpoint alert or a Microsoft 365 Defender incident',
  recognises: (doc) =>
    isGraphV2(doc) ||
    isIncident(doc) ||
    isEndpointAlert(doc) ||
    huntingEvent(doc) !== undefined ||
    (isGraphV1(doc) && !isSentinelProvider(doc)),
  read: (doc) => {
    if (isIncident(doc)) return readIncident(doc);
    const event = huntingEvent(doc);
    if (event) return readHunting(event);
    if (isEndpointAlert(doc)) return readEndpoint(doc);
    return isGraphV1(doc) ? readGraphV1(doc) : readGraphV2(doc);
  },
};

const isGraphV2 = (doc: Doc): boolean =>
  has(doc, 'title', 'severity') &&
  (has(doc, 'serviceSource') || /graph\.security\.alert/.test(text(doc, '@odata.type') ?? '')) &&
  has(doc, 'createdDateTime');
const isIncident = (doc: Doc): boolean =>
  has(doc, 'incidentId', 'incidentName') || (has(doc, 'incidentWebUrl', 'displayName') && !has(doc, 'alertWebUrl'));
const isEndpointAlert = (doc: Doc): boolean =>
  has(doc, 'title', 'severity') && (has(doc, 'machineId') || has(doc, 'alertCreationTime'));

/** A row of advanced hunting: bare, below its table's name, or as the streaming API sends it. */
function huntingEvent(doc: Doc): Doc | undefined {
  const row = at(doc, 'properties');
  if (/^AdvancedHunting-/.test(text(doc, 'category') ?? '') && isDoc(row)) return row;
  if (has(doc, 'Alerts', 'ReportId') || has(doc, 'Alerts', 'DeviceId')) return doc;
  const [only, ...others] = Object.entries(doc);
  return only &&
    others.length === 0 &&
    /^(Device|Email|Identity|Cloud|Alert)/.test(only[0]) &&
    isDoc(only[1]) &&
    has(only[1], 'Timestamp')
    ? only[1]
    : undefined;
}

function readIncident(doc: Doc): Reading {
  const [alert] = docsIn(at(doc, 'alerts'));
  return {
    ref: text(doc, 'incidentId', 'id'),
    title: text(doc, 'incidentName', 'displayName') ?? text(alert, 'title'),
    description: text(doc, 'description') ?? text(alert, 'description'),
    rule: text(alert, 'title', 'category'),
    severity: severityOfWord(text(doc, 'severity')) ?? severityOfWord(text(alert, 'severity')),
    time: time(
      doc,
      'createdTime',
      'createdDateTime',
      'alerts.lastActivity',
      'alerts.firstActivity',
      'alerts.creationTime',
      'lastUpdateTime',
    ),
    techniques: docsIn(at(doc, 'alerts')).flatMap((item) => texts(item, 'mitreTechniques')),
    link: text(doc, 'incidentUri', 'incidentWebUrl'),
  };
}

/** https://learn.microsoft.com/defender-endpoint/api/alerts */
function readEndpoint(doc: Doc): Reading {
  return {
    ref: text(doc, 'id', 'alertId'),
    title: text(doc, 'title'),
    description: text(doc, 'description'),
    rule: text(doc, 'detectorId', 'threatName', 'category'),
    severity: severityOfWord(text(doc, 'severity')),
    time: time(doc, 'lastEventTime', 'firstEventTime', 'alertCreationTime', 'creationTime'),
    techniques: texts(doc, 'mitreTechniques'),
    link: text(doc, 'alertWebUrl', 'incidentLinkToPortal'),
  };
}

function readHunting(event: Doc): Reading {
  // The alerts of an event stand in it as a text of JSON.
  const [alert] = docsIn(embeddedJson(at(event, 'Alerts')));
  const entities = ['AccountName', 'InitiatingProcessAccountName'].flatMap((key): Entity[] => {
    const value = text(event, key);
    return value ? [{ kind: 'user', value }] : [];
  });
  return {
    ref: text(alert, 'AlertId') ?? text(event, 'AlertId'),
    title: text(alert, 'Title') ?? text(event, 'Title', 'ActionType', 'TableName'),
    description: text(embeddedJson(at(event, 'AdditionalFields')), 'Description'),
    rule: text(alert, 'Title', 'Category') ?? text(event, 'ActionType'),
    severity: severityOfWord(text(alert, 'Severity') ?? text(event, 'Severity')),
    time: time(event, 'Timestamp'),
    techniques: [...texts(alert, 'AttackTechniques'), ...texts(event, 'AttackTechniques')],
    entities,
    link: text(event, 'event_link'),
    scan: event,
  };
}
