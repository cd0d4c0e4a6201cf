import type { Entity, Severity } from '../schema';
import { at, type Doc, has, isDoc, text, texts, time } from './fields';
import type { Reading, Source } from './reading';
import { severityOfWord } from './severity';

/**
 * GitHub's webhooks secret_scanning_alert, code_scanning_alert, dependabot_alert and repository advisories, and the alerts of its API.
 * Severity: the advisory's or rule's; a secret is high, critical when it is active or public.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads
 */
export const github: Source = {
  source: 'github',
  expects: 'a secret scanning, code scanning or Dependabot alert of GitHub',
  recognises: (doc) => {
    const alert = alertOf(doc);
    return (
      (has(doc, 'repository.full_name') || /github/.test(text(alert, 'html_url', 'url') ?? '')) &&
      kindOf(alert) !== undefined
    );
  },
  read: (doc) => {
    const alert = alertOf(doc);
    const repository = text(doc, 'repository.full_name') ?? text(alert, 'repository.full_name');
    return {
      ref: text(alert, 'html_url', 'url'),
      ...READERS[kindOf(alert) ?? 'secret'](alert),
      time: time(alert, 'created_at', 'updated_at', 'published_at'),
      link: text(alert, 'html_url'),
      entities: entities(doc, alert, repository),
      resolved: /^(?:fixed|resolved|dismissed|closed|auto_dismissed)$/.test(text(alert, 'state') ?? ''),
      resolvedAt: time(alert, 'fixed_at', 'resolved_at', 'dismissed_at', 'auto_dismissed_at'),
      series: true,
      // The repository and its people are described by some hundred addresses of the API.
      scan: {
        location: at(alert, 'most_recent_instance.location'),
        commit: text(alert, 'most_recent_instance.commit_sha'),
      },
    };
  },
};

const alertOf = (doc: Doc): Doc => {
  const inner = at(doc, 'alert');
  return isDoc(inner) ? inner : doc;
};

type Kind = 'secret' | 'code' | 'dependency';
function kindOf(alert: Doc): Kind | undefined {
  if (has(alert, 'secret_type')) return 'secret';
  if (has(alert, 'security_advisory') || has(alert, 'dependency.package') || has(alert, 'affected_package_name'))
    return 'dependency';
  return has(alert, 'rule') && (has(alert, 'tool') || has(alert, 'most_recent_instance')) ? 'code' : undefined;
}

const READERS: Record<Kind, (alert: Doc) => Reading> = {
  secret: (alert) => {
    const leaked = at(alert, 'publicly_leaked') === true || text(alert, 'validity') === 'active';
    const severity: Severity = leaked ? 'critical' : 'high';
    const kind = text(alert, 'secret_type_display_name', 'secret_type');
    return {
      title: `Secret in repository: ${kind}`,
      rule: text(alert, 'secret_type'),
      description: text(alert, 'resolution_comment'),
      severity,
    };
  },
  code: (alert) => ({
    title: text(alert, 'rule.description', 'rule.name', 'rule.id'),
    description: text(alert, 'most_recent_instance.message.text', 'rule.full_description', 'rule.help'),
    rule: text(alert, 'rule.id', 'rule.name'),
    severity:
      severityOfWord(text(alert, 'rule.security_severity_level')) ?? severityOfWord(text(alert, 'rule.severity')),
    techniques: texts(alert, 'rule.tags'),
  }),
  dependency: (alert) => ({
    title:
      text(alert, 'security_advisory.summary', 'security_advisory.ghsa_id') ??
      `Vulnerable dependency: ${text(alert, 'affected_package_name')}`,
    description: text(alert, 'security_advisory.description'),
    rule: text(alert, 'security_advisory.cve_id', 'security_advisory.ghsa_id', 'external_identifier'),
    severity: severityOfWord(text(alert, 'security_vulnerability.severity', 'security_advisory.severity', 'severity')),
  }),
};

function entities(doc: Doc, alert: Doc, repository: string | undefined): Entity[] {
  const named: [string | undefined, Entity['kind']][] = [
    [repository, 'resource'],
    // GitHub itself and its apps send most alerts: only a person is somebody to ask.
    [/^(?:User)?$/.test(text(doc, 'sender.type') ?? '') ? text(doc, 'sender.login') : undefined, 'user'],
    [text(alert, 'most_recent_instance.location.path'), 'file'],
    [text(alert, 'dependency.manifest_path'), 'file'],
    [text(alert, 'dependency.package.name', 'affected_package_name'), 'resource'],
  ];
  return named.flatMap(([value, kind]): Entity[] => (value ? [{ kind, value }] : []));
}
