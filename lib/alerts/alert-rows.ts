import { type AlertCase, type AlertItem, AlertStatus, Disposition, Entity, severityOf } from './schema';

/** A row of alerts with its assignee and newest investigation, as ITEM_COLUMNS selects it. */
export type AlertRow = Pick<
  AlertItem,
  'id' | 'source' | 'sourceRef' | 'title' | 'rule' | 'assignee' | 'techniques' | 'link' | 'count' | 'sample'
> & {
  severity: number;
  status: string;
  disposition: string | null;
  closeReason: string | null;
  occurredAt: Date;
  receivedAt: Date;
  timeSource: string;
  severitySource: string;
  resolvedAt: Date | null;
  entities: unknown;
  investigation: AlertCase | null;
};

/** For `alerts a`; JOIN_ITEM goes after it. Description and raw are left out: a list never needs them. */
export const ITEM_COLUMNS = `a.id, a.source, a.source_ref AS "sourceRef", a.title, a.rule, a.severity, a.status, a.disposition, a.close_reason AS "closeReason",
  CASE WHEN u.id IS NOT NULL THEN json_build_object('id', u.id, 'name', u.name) END AS assignee, a.occurred_at AS "occurredAt",
  a.received_at AS "receivedAt", a.time_source AS "timeSource", a.severity_source AS "severitySource", a.resolved_at AS "resolvedAt",
  a.entities, coalesce(a.techniques, '{}') AS techniques, a.link, a.count, a.sample, i.newest AS investigation`;

/** `a` must be few rows: the newest investigation is looked up for each. */
export const JOIN_ITEM = `
  LEFT JOIN users u ON u.id = a.assignee_id
  LEFT JOIN LATERAL (
    SELECT json_build_object('id', n.id, 'codename', n.codename, 'status', n.status, 'classification', n.classification,
      'assessment', n.assessment, 'owner', o.name) AS newest
    FROM investigation_alerts ia JOIN investigations n ON n.id = ia.investigation_id JOIN users o ON o.id = n.opened_by_id
    WHERE ia.alert_id = a.id ORDER BY n.opened_at DESC, n.id DESC LIMIT 1) i ON true`;

/** An alert as lists show it. */
export function toItem(row: AlertRow): AlertItem {
  return {
    id: row.id,
    source: row.source,
    sourceRef: row.sourceRef,
    title: row.title,
    rule: row.rule,
    severity: severityOf(row.severity),
    status: AlertStatus.parse(row.status),
    disposition: row.disposition === null ? null : Disposition.parse(row.disposition),
    closeReason: row.closeReason,
    assignee: row.assignee,
    occurredAt: row.occurredAt.toISOString(),
    receivedAt: row.receivedAt.toISOString(),
    timeSource: row.timeSource === 'receipt' ? 'receipt' : 'sender',
    severitySource: row.severitySource === 'guess' ? 'guess' : 'sender',
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
    entities: Entity.array().parse(row.entities),
    techniques: row.techniques,
    link: row.link,
    count: row.count,
    sample: row.sample,
    investigation: row.investigation,
  };
}
