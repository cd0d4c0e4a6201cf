import { at, type Doc, docsIn, embeddedJson, has, isDoc, text, texts, time } from './fields';
import { isGraphV1, readGraphV1 } from './graph-security';
import type { Reading, Source } from './reading';
import { entityOf } from './sentinel-entities';
import { severityOfWord } from './severity';

/**
 * Microsoft Sentinel: incidents ({properties}, also below `object` as automation rules send them), rows of SecurityAlert, alerts that
 * Defender for Cloud exports in the same form, and Graph v1 alerts. Severity: High, Medium, Low, Informational.
 * https://learn.microsoft.com/azure/sentinel/security-alert-schema
 */
export const sentinel: Source = {
  source: 'sentinel',
  expects: 'a Sentinel incident (properties.title), a SecurityAlert (SystemAlertId, AlertName) or a Graph v1 alert',
  recognises: (doc) => incidentOf(doc) !== undefined || isSecurityAlert(doc) || isGraphV1(doc),
  read: (doc) => {
    const incident = incidentOf(doc);
    if (incident) return readIncident(incident);
    return isSecurityAlert(doc) ? readSecurityAlert(doc) : readGraphV1(doc);
  },
};

const isSecurityAlert = (doc: Doc): boolean =>
  has(doc, 'SystemAlertId') || (has(doc, 'AlertName') && (has(doc, 'AlertSeverity') || has(doc, 'ProviderName')));

function incidentOf(doc: Doc): Doc | undefined {
  const inner = at(doc, 'object');
  const incident = isDoc(inner) ? inner : doc;
  return has(incident, 'properties.title') && has(incident, 'properties.severity') ? incident : undefined;
}

function readIncident(doc: Doc): Reading {
  return {
    ref: text(doc, 'name', 'id', 'properties.incidentNumber'),
    title: text(doc, 'properties.title'),
    description: text(doc, 'properties.description'),
    rule: text(doc, 'properties.alerts.properties.alertDisplayName', 'properties.relatedAnalyticRuleIds'),
    severity: severityOfWord(text(doc, 'properties.severity')),
    time: time(doc, 'properties.lastActivityTimeUtc', 'properties.firstActivityTimeUtc', 'properties.createdTimeUtc'),
    techniques: [
      ...texts(doc, 'properties.additionalData.techniques'),
      ...docsIn(at(doc, 'properties.alerts')).flatMap((item) =>
        texts(item, 'properties.additionalData', 'properties.techniques'),
      ),
    ],
    link: text(doc, 'properties.incidentUrl'),
    entities: docsIn(at(doc, 'properties.relatedEntities') ?? at(doc, 'properties.entities')).flatMap(entityOf),
    resolved: /^closed$/i.test(text(doc, 'properties.status') ?? ''),
  };
}

function readSecurityAlert(doc: Doc): Reading {
  // Entities and ExtendedProperties are columns of text that holds JSON.
  const opened = {
    ...doc,
    Entities: embeddedJson(at(doc, 'Entities')),
    ExtendedProperties: embeddedJson(at(doc, 'ExtendedProperties')),
  };
  return {
    ref: text(doc, 'SystemAlertId', 'VendorOriginalId'),
    title: text(doc, 'DisplayName', 'AlertDisplayName', 'AlertName'),
    description: text(doc, 'Description'),
    rule: text(doc, 'AlertName', 'AlertType'),
    severity: severityOfWord(text(doc, 'AlertSeverity', 'Severity')),
    time: time(doc, 'EndTime', 'EndTimeUtc', 'StartTime', 'StartTimeUtc', 'TimeGenerated', 'ProcessingEndTime'),
    techniques: texts(doc, 'Techniques', 'SubTechniques'),
    link: text(doc, 'AlertLink', 'AlertUri'),
    entities: docsIn(opened.Entities).flatMap(entityOf),
    scan: opened,
  };
}
