import type { Entity } from '../schema';
import { at, type Doc, docsIn, has, isDoc, text, texts, time } from './fields';
import type { Source } from './reading';
import { severityOfWord } from './severity';

/**
 * Wiz: the automation webhook ({trigger, issue, resource, control}), issues of the API (sourceRule, entitySnapshot) and threat
 * detections. Severity: its word. An issue that is RESOLVED is over.
 */
export const wiz: Source = {
  source: 'wiz',
  expects: 'a Wiz issue or detection (issue with control or trigger, or sourceRule with entitySnapshot)',
  recognises: (doc) =>
    (isDoc(at(doc, 'issue')) && (has(doc, 'control') || has(doc, 'trigger') || has(doc, 'resource'))) ||
    (has(doc, 'severity') && (has(doc, 'entitySnapshot') || (has(doc, 'sourceRule') && has(doc, 'createdAt')))) ||
    (has(doc, 'triggeredBy.type') && has(doc, 'severity') && has(doc, 'ruleMatch')),
  read: (doc) => {
    const inner = at(doc, 'issue');
    const issue = isDoc(inner) ? inner : doc;
    return {
      ref: text(issue, 'id'),
      title:
        text(doc, 'control.name', 'trigger.ruleName', 'title') ??
        text(issue, 'sourceRule.name', 'sourceRules.name', 'ruleMatch.rule.name', 'name', 'title'),
      description:
        text(doc, 'control.description') ??
        text(issue, 'description', 'sourceRule.description', 'sourceRule.controlDescription'),
      rule:
        text(doc, 'control.name', 'control.id', 'trigger.ruleName') ??
        text(issue, 'sourceRule.name', 'sourceRule.id', 'ruleMatch.rule.name'),
      severity: severityOfWord(text(issue, 'severity')) ?? severityOfWord(text(doc, 'severity', 'control.severity')),
      time: time(issue, 'created', 'createdAt', 'updatedAt') ?? time(doc, 'createdAt', 'timestamp'),
      techniques: [...texts(doc, 'control'), ...texts(issue, 'sourceRule', 'description')],
      link: text(issue, 'url', 'issueUrl') ?? text(doc, 'url'),
      entities: [
        ...resource(at(doc, 'resource')),
        ...resource(at(issue, 'entitySnapshot')),
        ...docsIn(at(doc, 'actors')).flatMap(actor),
      ],
      resolved: /^(?:resolved|rejected)$/i.test(text(issue, 'status') ?? ''),
      series: true,
      scan: {
        resource: at(doc, 'resource'),
        entity: at(issue, 'entitySnapshot'),
        actors: at(doc, 'actors'),
        event: at(doc, 'triggeringEvent'),
      },
    };
  },
};

function resource(value: unknown): Entity[] {
  const name = text(value, 'name', 'externalId', 'providerUniqueId');
  const account = text(value, 'subscriptionExternalId', 'subscriptionId', 'cloudAccount.externalId');
  return [
    ...(name ? [{ kind: 'resource' as const, value: name }] : []),
    ...(account ? [{ kind: 'account' as const, value: account }] : []),
  ];
}

function actor(doc: Doc): Entity[] {
  const name = text(doc, 'name', 'externalId');
  return name ? [{ kind: 'user', value: name }] : [];
}
