import type { Entity, Severity } from '../schema';
import { at, type Doc, has, isDoc, text, texts, time } from './fields';
import type { Source } from './reading';

const LEVELS: Severity[] = ['critical', 'high', 'medium', 'low', 'informational'];

/**
 * Azure Monitor's common alert schema, and its older metric and log schemas. Severity: Sev0 critical … Sev4 informational.
 * https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-common-schema
 */
export const azureMonitor: Source = {
  source: 'azure-monitor',
  expects: 'an Azure Monitor alert (data.essentials, or data.context with a schemaId)',
  recognises: (doc) => has(doc, 'data.essentials.alertRule') || has(doc, 'data.essentials.alertId') || isOld(doc),
  read: (doc) => {
    const essentials = at(doc, isOld(doc) ? 'data.context' : 'data.essentials');
    const targets = texts(essentials, 'alertTargetIDs', 'resourceId');
    const severity = /(\d)$/.exec(text(essentials, 'severity') ?? '')?.[1];
    return {
      ref: text(essentials, 'alertId', 'originAlertId', 'id'),
      title: text(essentials, 'alertRule', 'name'),
      description: text(essentials, 'description'),
      rule: text(essentials, 'alertRule', 'name'),
      severity: severity === undefined ? undefined : LEVELS[Number(severity)],
      time: time(essentials, 'firedDateTime', 'resolvedDateTime', 'timestamp'),
      techniques: texts(essentials, 'description', 'alertRule'),
      link:
        text(essentials, 'investigationLink', 'portalLink') ??
        text(doc, 'data.alertContext.condition.allOf.linkToSearchResultsUI'),
      entities: [
        ...targets.map((id): Entity => ({ kind: 'resource', value: id.slice(id.lastIndexOf('/') + 1) || id })),
        ...targets.flatMap(subscriptionOf),
      ],
      resolved: /^(?:resolved|deactivated)$/i.test(
        text(essentials, 'monitorCondition') ?? text(doc, 'data.status') ?? '',
      ),
      resolvedAt: time(essentials, 'resolvedDateTime'),
      series: true,
      scan: at(doc, 'data'),
    };
  },
};

const isOld = (doc: Doc): boolean =>
  has(doc, 'schemaId') && isDoc(at(doc, 'data.context')) && has(doc, 'data.context.name');

function subscriptionOf(id: string): Entity[] {
  const subscription = /\/subscriptions\/([0-9a-f-]{36})/i.exec(id)?.[1];
  return subscription ? [{ kind: 'account', value: subscription }] : [];
}
