import { has, number, text, texts, time } from './fields';
import type { Source } from './reading';
import { severityOfNumber, severityOfWord } from './severity';

/**
 * AWS Security Finding Format. Severity: the label; without one, Normalized 0 informational, 1 low, 40 medium, 70 high, 90 critical.
 * A finding that is archived, resolved, suppressed or passed is over.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html
 */
export const securityhub: Source = {
  source: 'securityhub',
  expects: 'a finding in ASFF (SchemaVersion, Id, ProductArn, Severity, Resources)',
  recognises: (doc) =>
    has(doc, 'ProductArn', 'Id') && has(doc, 'AwsAccountId') && (has(doc, 'SchemaVersion') || has(doc, 'GeneratorId')),
  read: (doc) => ({
    ref: text(doc, 'Id'),
    title: text(doc, 'Title'),
    description: text(doc, 'Description'),
    rule: text(doc, 'GeneratorId'),
    severity:
      severityOfWord(text(doc, 'Severity.Label', 'FindingProviderFields.Severity.Label')) ??
      severityOfNumber(number(doc, 'Severity.Normalized'), { low: 1, medium: 40, high: 70, critical: 90 }),
    time: time(doc, 'LastObservedAt', 'UpdatedAt', 'CreatedAt', 'FirstObservedAt'),
    techniques: texts(doc, 'Types', 'FindingProviderFields.Types', 'ProductFields'),
    link: text(doc, 'SourceUrl'),
    resolved:
      text(doc, 'RecordState')?.toUpperCase() === 'ARCHIVED' ||
      /^(?:RESOLVED|SUPPRESSED)$/i.test(text(doc, 'Workflow.Status') ?? '') ||
      text(doc, 'Compliance.Status')?.toUpperCase() === 'PASSED',
    resolvedAt: time(doc, 'UpdatedAt'),
  }),
};
