import { type AlertCase, type AlertItem, AlertStatus, Disposition, Entity, severityOf } from './schema';

/** A row of alerts with its assignee's name and newest investigation, as ITEM_COLUMNS selects it. */
export type AlertRow = {
  id: string;
  source: string;
  source_ref: string;
  title: string;
  rule: string | null;
  severity: number;
  status: string;
  disposition: string | null;
  close_reason: string | null;
  assignee_id: string | null;
  assignee_name: string | null;
  occurred_at: Date;
  received_at: Date;
  time_source: string;
  severity_source: string;
  resolved_at: Date | null;
  entities: unknown;
  techniques: string[];
  link: string | null;
  count: number;
  sample: boolean;
  investigation: AlertCase | null;
};

/** For `alerts a`; JOIN_ITEM goes after it. Description and raw are left out: a list never needs them. */
export const ITEM_COLUMNS = `a.id, a.source, a.source_ref, a.title, a.rule, a.severity, a.status, a.disposition, a.close_reason, a.assignee_id,
  u.name AS assignee_name, a.occurred_at, a.received_at, a.time_source, a.severity_source, a.resolved_at, a.entities, a.techniques, a.link, a.count, a.sample, i.newest AS investigation`;

/** `a` must be few rows: the newest investigation is looked up for each. */
export const JOIN_ITEM = `
  LEFT JOIN users u ON u.id = a.assignee_id
  LEFT JOIN LATERAL (
    SELECT json_build_object('id', n.id, 'codename', n.codename, 'status', n.status, 'classification', n.classification,
      'assessment', n.assessment, 'owner', o.name) AS newest
    FROM investigation_alerts ia JOIN investigations n ON n.id = ia.investigation_id JOIN users o ON o.id = n.opened_by_id
    WHERE ia.alert_id = a.id ORDER BY n.opened_at DESC, n.id DESC LIMIT 1) i ON true`;

export function toItem(row: AlertRow): AlertItem {
  return {
    id: row.id,
    source: row.source,
    sourceRef: row.source_ref,
    title: row.title,
    rule: row.rule,
    severity: severityOf(row.severity),
    status: AlertStatus.parse(row.status),
    disposition: row.disposition === null ? null : Disposition.parse(row.disposition),
    closeReason: row.close_reason,
    assignee: row.assignee_id === null ? null : { id: row.assignee_id, name: row.assignee_name ?? '' },
    occurredAt: row.occurred_at.toISOString(),
    receivedAt: row.received_at.toISOString(),
    timeSource: row.time_source === 'receipt' ? 'receipt' : 'sender',
    severitySource: row.severity_source === 'guess' ? 'guess' : 'sender',
    resolvedAt: row.resolved_at?.toISOString() ?? null,
    entities: Entity.array().parse(row.entities),
    techniques: row.techniques,
    link: row.link,
    count: row.count,
    sample: row.sample,
    investigation: row.investigation,
  };
}
