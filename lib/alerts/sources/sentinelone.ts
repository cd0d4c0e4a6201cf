import type { Severity } from '../schema';
import { endpointEntities } from './endpoint';
import { type Doc, has, text, texts, time } from './fields';
import type { Reading, Source } from './reading';
import { severityOfWord } from './severity';

const OF_CONFIDENCE: Record<string, Severity> = { malicious: 'high', suspicious: 'medium', n_a: 'low' };

/**
 * SentinelOne threats (threatInfo), STAR alerts (alertInfo, ruleInfo) and activities (activityType, primaryDescription), in the API's and
 * in lower-case spelling. Severity: a rule's own; a threat's confidence (malicious high, suspicious medium).
 */
export const sentinelone: Source = {
  source: 'sentinelone',
  expects: 'a SentinelOne threat (threatInfo), STAR alert (alertInfo, ruleInfo) or activity (activityType)',
  recognises: (doc) => has(doc, 'threatInfo') || (has(doc, 'alertInfo') && has(doc, 'ruleInfo')) || isActivity(doc),
  read: (doc) => {
    if (has(doc, 'threatInfo')) return readThreat(doc);
    return isActivity(doc) ? readActivity(doc) : readStar(doc);
  },
};

const isActivity = (doc: Doc): boolean => has(doc, 'activityType', 'primaryDescription');

function readThreat(doc: Doc): Reading {
  const confidence = text(doc, 'threatInfo.confidenceLevel')?.toLowerCase() ?? '';
  return {
    ref: text(doc, 'threatInfo.threatId', 'id'),
    title: text(doc, 'threatInfo.threatName', 'threatInfo.classification'),
    description: [text(doc, 'threatInfo.classification'), text(doc, 'threatInfo.filePath')]
      .filter((part) => part !== undefined)
      .join(' · '),
    rule: text(doc, 'threatInfo.classification', 'threatInfo.detectionType'),
    severity: severityOfWord(text(doc, 'threatInfo.severity', 'severity')) ?? OF_CONFIDENCE[confidence],
    time: time(doc, 'threatInfo.identifiedAt', 'threatInfo.createdAt', 'createdAt'),
    techniques: texts(doc, 'indicators'),
    link: text(doc, 'threatInfo.externalUrl', 'threatInfo.consoleUrl'),
    entities: endpointEntities(doc, {
      host: 'agentRealtimeInfo.agentComputerName',
      user: 'threatInfo.processUser',
      process: 'threatInfo.originatorProcess',
      file: 'threatInfo.filePath',
    }),
  };
}

function readStar(doc: Doc): Reading {
  return {
    ref: text(doc, 'alertInfo.alertId', 'id'),
    title: text(doc, 'ruleInfo.name'),
    description: text(doc, 'ruleInfo.description'),
    rule: text(doc, 'ruleInfo.name', 'ruleInfo.id'),
    severity: severityOfWord(text(doc, 'ruleInfo.severity', 'alertInfo.severity')),
    time: time(doc, 'alertInfo.createdAt', 'alertInfo.reportedAt', 'alertInfo.updatedAt'),
    techniques: texts(doc, 'ruleInfo', 'indicators'),
    entities: endpointEntities(doc, {
      host: 'agentDetectionInfo.name',
      user: 'sourceProcessInfo.user',
      process: 'sourceProcessInfo.name',
      file: 'sourceProcessInfo.filePath',
    }),
    scan: { ...doc, ruleInfo: undefined },
  };
}

function readActivity(doc: Doc): Reading {
  return {
    ref: text(doc, 'data.alertId', 'data.threatId', 'id', 'activityUuid'),
    title: text(doc, 'primaryDescription'),
    description: text(doc, 'secondaryDescription', 'data.ruleDescription'),
    rule: text(doc, 'data.ruleName', 'data.threatClassification'),
    severity:
      severityOfWord(text(doc, 'data.severity')) ??
      OF_CONFIDENCE[text(doc, 'data.confidenceLevel')?.toLowerCase() ?? ''],
    time: time(doc, 'data.detectedAt', 'createdAt', 'updatedAt'),
    techniques: texts(doc, 'data'),
    entities: endpointEntities(doc, {
      host: 'data.computerName',
      user: 'data.username',
      process: 'data.processName',
      file: 'data.filePath',
    }),
  };
}
