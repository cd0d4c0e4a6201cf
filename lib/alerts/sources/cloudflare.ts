import type { Entity, Severity } from '../schema';
import { at, type Doc, has, text, texts, time } from './fields';
import type { Source } from './reading';
import { severityOfWord } from './severity';

/**
 * Cloudflare notifications (alert_type, text, ts) and firewall events (RayID, Action). Severity: the notification's own word;
 * otherwise none.
 * https://developers.cloudflare.com/notifications/reference/webhook-payload-schema/
 */
export const cloudflare: Source = {
  source: 'cloudflare',
  expects: 'a Cloudflare notification (alert_type, text, ts) or a firewall event (RayID, Action)',
  recognises: (doc) => isNotification(doc) || isFirewall(doc),
  read: (doc) => {
    if (isFirewall(doc)) {
      const rule = text(doc, 'Description', 'RuleID', 'ruleId', 'Source', 'source');
      return {
        ref: [text(doc, 'RayID', 'rayName'), text(doc, 'RuleID', 'ruleId')].filter(Boolean).join(':') || undefined,
        title: text(doc, 'Description') ?? `Firewall ${text(doc, 'Action', 'action') ?? 'event'}: ${rule ?? 'no rule'}`,
        rule,
        severity: severityOfWord(text(doc, 'Severity')),
        time: time(doc, 'Datetime', 'datetime', 'EdgeStartTimestamp'),
        entities: host(text(doc, 'ClientRequestHost', 'clientRequestHTTPHost')),
      };
    }
    return {
      ref: text(doc, 'alert_correlation_id', 'data.alert_id', 'data.id', 'id'),
      // `name` is the webhook's own name when the text says what happened.
      title: firstLine(text(doc, 'text')) ?? text(doc, 'name', 'alert_type'),
      description: text(doc, 'text', 'data.description', 'data.message'),
      rule: text(doc, 'alert_type', 'policy_name'),
      severity: severityOfWord(text(doc, 'data.severity', 'data.priority', 'severity')) ?? attackLevel(doc),
      time: time(doc, 'data.attack_started_at', 'data.start_time', 'data.time', 'data.timestamp', 'ts'),
      techniques: texts(doc, 'text'),
      link: text(doc, 'data.dashboard_link', 'data.link', 'data.url'),
      resolved: /^ALERT_STATE_EVENT_END$/i.test(text(doc, 'alert_event') ?? ''),
      scan: { account_id: at(doc, 'account_id'), data: at(doc, 'data'), text: at(doc, 'text') },
    };
  },
};

const firstLine = (value: string | undefined): string | undefined => value?.split('\n', 1)[0]?.trim() || undefined;

const isNotification = (doc: Doc): boolean =>
  has(doc, 'alert_type') &&
  (has(doc, 'ts') || has(doc, 'policy_id') || has(doc, 'account_id')) &&
  (has(doc, 'text') || has(doc, 'data'));
const isFirewall = (doc: Doc): boolean =>
  (has(doc, 'RayID') || has(doc, 'rayName')) && (has(doc, 'Action') || has(doc, 'action'));

/** Notifications about an attack in progress name none, and are no news. */
const attackLevel = (doc: Doc): Severity | undefined =>
  /ddos|attack|malware|leaked/i.test(text(doc, 'alert_type') ?? '') ? 'high' : undefined;

const host = (value: string | undefined): Entity[] => (value ? [{ kind: 'domain', value }] : []);
