import { techniquesNamed } from '../../attack/techniques';
import type { Entity } from '../schema';
import { at, type Doc, has, isDoc, text, texts, time } from './fields';
import type { Source } from './reading';
import { severityOfWord } from './severity';

/**
 * Google Security Command Center findings: the notification ({finding, resource}), alone or in a Pub/Sub push, or the finding alone.
 * Severity: its word. A finding that becomes INACTIVE is over. https://cloud.google.com/security-command-center/docs/reference/rest/v1/Finding
 */
export const gcpScc: Source = {
  source: 'gcp-scc',
  expects: 'a Security Command Center finding (finding.name, finding.category)',
  recognises: (doc) =>
    /(?:^|\/)(?:organizations|projects|folders)\/[^/]+\/sources\/.*\/findings\//.test(
      text(findingOf(doc), 'name') ?? '',
    ) && has(findingOf(doc), 'category'),
  read: (doc) => {
    const finding = findingOf(doc);
    return {
      ref: text(finding, 'name'),
      title: text(finding, 'category'),
      description: text(finding, 'description'),
      rule: text(finding, 'category'),
      severity: severityOfWord(text(finding, 'severity')),
      time: time(finding, 'eventTime', 'createTime'),
      techniques: [
        ...texts(finding, 'mitreAttack'),
        // RESOURCE_HIJACKING: the technique's name as a constant.
        ...texts(finding, 'mitreAttack').flatMap((name) => techniquesNamed(name).map(({ id }) => id)),
      ],
      link: text(finding, 'externalUri'),
      entities: resources(doc, finding),
      resolved: text(finding, 'state') === 'INACTIVE',
      series: true,
      scan: { ...finding, securityMarks: undefined, externalUri: undefined, resource: at(doc, 'resource') },
    };
  },
};

function findingOf(doc: Doc): Doc {
  const inner = at(doc, 'finding');
  return isDoc(inner) ? inner : doc;
}

function resources(doc: Doc, finding: Doc): Entity[] {
  const named = [text(doc, 'resource.display_name', 'resource.displayName'), text(finding, 'resourceName')];
  const project = text(
    doc,
    'resource.project_display_name',
    'resource.projectDisplayName',
    'resource.gcpMetadata.projectDisplayName',
  );
  return [
    ...named.flatMap((value): Entity[] => (value ? [{ kind: 'resource', value }] : [])),
    ...(project ? [{ kind: 'account' as const, value: project }] : []),
  ];
}
