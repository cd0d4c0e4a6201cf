import type { Entity } from '../schema';
import { at, type Doc, docsIn, has, text, texts, time } from './fields';
import { ocsf } from './ocsf';
import type { Source } from './reading';
import { severityOfWord } from './severity';

/**
 * Prowler findings: native JSON (CheckID, StatusExtended) and OCSF with Prowler as the product. Severity: its word; a check that passed or
 * is muted is informational. https://docs.prowler.com/projects/prowler-open-source/en/latest/
 */
export const prowler: Source = {
  source: 'prowler',
  expects: 'a Prowler finding (CheckID, Status, Severity), native or in OCSF',
  recognises: (doc) => isNative(doc) || isOcsf(doc),
  read: (doc) => {
    if (isOcsf(doc)) {
      return {
        ...ocsf.read(doc),
        series: true,
        entities: docsIn(at(doc, 'resources')).flatMap((item): Entity[] => {
          const name = text(item, 'name', 'uid');
          return name && !/^<.*>$/.test(name) ? [{ kind: 'resource', value: name }] : [];
        }),
      };
    }
    const passed = /^(?:PASS|MUTED)$/i.test(text(doc, 'Status') ?? '') || at(doc, 'Muted') === true;
    return {
      ref: text(doc, 'FindingUniqueId', 'FindingUID'),
      title: text(doc, 'CheckTitle', 'CheckID'),
      description: text(doc, 'StatusExtended', 'Description'),
      rule: text(doc, 'CheckID'),
      severity: passed ? 'informational' : severityOfWord(text(doc, 'Severity')),
      time: time(doc, 'Timestamp', 'AssessmentStartTime'),
      techniques: texts(doc, 'Compliance'),
      entities: resources(doc),
      resolved: passed,
      series: true,
      scan: {
        ResourceArn: at(doc, 'ResourceArn'),
        ResourceDetails: at(doc, 'ResourceDetails'),
        StatusExtended: at(doc, 'StatusExtended'),
      },
    };
  },
};

const isNative = (doc: Doc): boolean =>
  has(doc, 'CheckID') && has(doc, 'Status') && (has(doc, 'StatusExtended') || has(doc, 'CheckTitle'));
const isOcsf = (doc: Doc): boolean =>
  /^prowler$/i.test(text(doc, 'metadata.product.name') ?? '') && ocsf.recognises(doc);

function resources(doc: Doc): Entity[] {
  const named: [string, Entity['kind']][] = [
    ['ResourceId', 'resource'],
    ['AccountId', 'account'],
    ['ProjectId', 'account'],
  ];
  return named.flatMap(([path, kind]): Entity[] => {
    const value = text(doc, path);
    return value && !value.startsWith('arn:') ? [{ kind, value }] : [];
  });
}
