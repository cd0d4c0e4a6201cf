import { at, has, number, text, texts, time } from './fields';
import type { Source } from './reading';
import { severityOfNumber } from './severity';

/**
 * Amazon GuardDuty findings, as the API (PascalCase) or EventBridge (camelCase) writes them.
 * Severity: below 1 informational, 1–3.9 low, 4–6.9 medium, 7–8.9 high, from 9 critical.
 * https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html
 */
export const guardduty: Source = {
  source: 'guardduty',
  expects: 'a GuardDuty finding (Id, Type, Severity, Service)',
  recognises: (doc) =>
    has(doc, 'type', 'severity') &&
    (text(doc, 'service.serviceName')?.toLowerCase() === 'guardduty' || /:guardduty:/.test(text(doc, 'arn') ?? '')),
  read: (doc) => ({
    ref: text(doc, 'id', 'arn'),
    title: text(doc, 'title', 'type'),
    description: text(doc, 'description'),
    rule: text(doc, 'type'),
    severity: severityOfNumber(number(doc, 'severity'), { low: 1, medium: 4, high: 7, critical: 9 }),
    time: time(doc, 'service.eventLastSeen', 'updatedAt', 'createdAt', 'service.eventFirstSeen'),
    techniques: texts(doc, 'service.additionalInfo', 'service.detection'),
    link: consoleLink(text(doc, 'region'), text(doc, 'id'), at(doc, 'partition')),
  }),
};

function consoleLink(region: string | undefined, id: string | undefined, partition: unknown): string | undefined {
  if (partition !== 'aws' || !region || !id || !/^[a-z0-9-]+$/.test(region) || !/^[\w-]+$/.test(id)) return undefined;
  return `https://${region}.console.aws.amazon.com/guardduty/home?region=${region}#/findings?search=id%3D${id}`;
}
