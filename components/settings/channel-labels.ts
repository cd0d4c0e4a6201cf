import type { Channel, NotificationEvent } from '@/lib/notifications/schema';

export const EVENT_LABEL: Record<NotificationEvent, string> = {
  assigned: 'Alert assigned',
  task_assigned: 'Task assigned',
  task_due: 'Task due',
  review_requested: 'Review requested',
  changes_requested: 'Changes requested',
  mention: 'Mention (@name)',
  malicious: 'Case approved as MALICIOUS',
  run_failed: 'Run failed',
  sla_near: 'SLA near',
  weekly_report: 'Weekly report',
};

export const KIND_LABEL: Record<Channel['kind'], string> = {
  slack: 'Slack webhook',
  email: 'E-mail',
  webhook: 'Signed webhook',
};
