import type { Entity } from '../schema';
import { at, type Doc, docsIn, has, isDoc, sentenceOf, text, texts, time } from './fields';
import type { Reading, Source } from './reading';
import { severityOfWord } from './severity';

/**
 * Microsoft Entra ID: risk detections and risky users (Graph), directory audits and sign-ins (Graph, and Azure's diagnostic form with
 * `category` and `properties`). Severity: the risk level; events without one carry none.
 * https://learn.microsoft.com/graph/api/resources/riskdetection
 */
export const entra: Source = {
  source: 'entra',
  expects: 'an Entra ID risk detection, risky user, directory audit or sign-in',
  recognises: (doc) => isDiagnostic(doc) || isRisk(doc) || isRiskyUser(doc) || isAudit(doc) || isSignIn(doc),
  read: (doc) => {
    const inner = at(doc, 'properties');
    // Azure writes the event's own fields below `properties`, and time and operation beside it.
    const event = isDiagnostic(doc) && isDoc(inner) ? { ...doc, ...inner } : doc;
    if (isRisk(event) || isRiskyUser(event)) return readRisk(event);
    return isAudit(event) ? readAudit(event) : readSignIn(event);
  },
};

const DIAGNOSTIC =
  /^(?:.*SignInLogs|AuditLogs|UserRiskEvents|RiskyUsers|RiskyServicePrincipals|ServicePrincipalRiskEvents)$/;
const isDiagnostic = (doc: Doc): boolean =>
  DIAGNOSTIC.test(text(doc, 'category') ?? '') && isDoc(at(doc, 'properties'));
const isRisk = (doc: Doc): boolean => (has(doc, 'riskEventType') || has(doc, 'riskType')) && has(doc, 'riskLevel');
const isRiskyUser = (doc: Doc): boolean => has(doc, 'riskLevel', 'riskState') && has(doc, 'riskLastUpdatedDateTime');
const isAudit = (doc: Doc): boolean =>
  has(doc, 'activityDisplayName') && (has(doc, 'initiatedBy') || has(doc, 'targetResources'));
const isSignIn = (doc: Doc): boolean =>
  has(doc, 'userPrincipalName', 'appDisplayName') && (has(doc, 'createdDateTime') || has(doc, 'correlationId'));

function readRisk(doc: Doc): Reading {
  const kind = text(doc, 'riskEventType', 'riskType');
  const user = text(doc, 'userPrincipalName', 'servicePrincipalDisplayName', 'userDisplayName');
  return {
    ref: text(doc, 'id'),
    title: kind ? sentenceOf(kind) : `User at risk: ${user ?? 'unknown'}`,
    description: [text(doc, 'riskDetail'), text(doc, 'additionalInfo')]
      .filter((part) => part !== undefined && part !== 'none')
      .join(' · '),
    rule: kind,
    severity: severityOfWord(text(doc, 'riskLevel', 'riskLevelAggregated')),
    time: time(doc, 'detectedDateTime', 'activityDateTime', 'riskLastUpdatedDateTime', 'lastUpdatedDateTime', 'time'),
    techniques: texts(doc, 'additionalInfo', 'mitreTechniqueId'),
    entities: user ? [{ kind: 'user', value: user }] : [],
    resolved: /^(?:remediated|dismissed|confirmedSafe)$/i.test(text(doc, 'riskState') ?? ''),
    scan: { ...doc, additionalInfo: undefined },
  };
}

function readAudit(doc: Doc): Reading {
  return {
    ref: text(doc, 'id'),
    title: text(doc, 'activityDisplayName'),
    description: [text(doc, 'category'), text(doc, 'result'), text(doc, 'resultReason')]
      .filter((part) => part !== undefined)
      .join(' · '),
    rule: text(doc, 'activityDisplayName'),
    time: time(doc, 'activityDateTime', 'time'),
    entities: [
      ...named(at(doc, 'initiatedBy.user'), 'user', 'userPrincipalName', 'displayName'),
      ...named(at(doc, 'initiatedBy.app'), 'resource', 'displayName', 'servicePrincipalName'),
      ...docsIn(at(doc, 'targetResources')).flatMap((target) =>
        has(target, 'userPrincipalName')
          ? named(target, 'user', 'userPrincipalName')
          : named(target, 'resource', 'displayName'),
      ),
    ],
  };
}

function readSignIn(doc: Doc): Reading {
  const user = text(doc, 'userPrincipalName') ?? '';
  const failure = text(doc, 'status.failureReason', 'resultDescription');
  const app = text(doc, 'appDisplayName');
  return {
    ref: text(doc, 'id', 'correlationId'),
    title: `${failure && failure !== 'Other.' ? 'Failed sign-in' : 'Sign-in'} of ${user}${app ? ` to ${app}` : ''}`,
    description: failure,
    rule: text(doc, 'riskEventTypes_v2', 'riskEventTypes', 'operationName'),
    severity: severityOfWord(text(doc, 'riskLevelDuringSignIn', 'riskLevelAggregated')),
    time: time(doc, 'createdDateTime', 'time'),
    entities: app ? [{ kind: 'resource', value: app }] : [],
  };
}

function named(value: unknown, kind: Entity['kind'], ...paths: string[]): Entity[] {
  const found = text(value, ...paths);
  return found ? [{ kind, value: found }] : [];
}
