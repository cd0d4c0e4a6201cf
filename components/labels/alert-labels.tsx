import {
  ArrowDown,
  Circle,
  CircleCheck,
  CircleDot,
  Equal,
  Info,
  type LucideIcon,
  OctagonAlert,
  TriangleAlert,
} from 'lucide-react';
import { Tag, type Tone } from '@/components/ui/badge';
import type { AlertItem, AlertStatus, Disposition, EntityKind, Severity } from '@/lib/alerts/schema';

/** What a person reads for the words of the schema, and how they look. */
const SEVERITY: Record<Severity, { label: string; icon: LucideIcon }> = {
  critical: { label: 'Critical', icon: OctagonAlert },
  high: { label: 'High', icon: TriangleAlert },
  medium: { label: 'Medium', icon: Equal },
  low: { label: 'Low', icon: ArrowDown },
  informational: { label: 'Info', icon: Info },
};

/** Icon, word and colour; `compact` leaves the word to screen readers. */
export function SeverityTag({ severity, compact = false }: { severity: Severity; compact?: boolean }) {
  const { label, icon: Icon } = SEVERITY[severity];
  return (
    <Tag tone={severity} icon={<Icon strokeWidth={2.25} />} className="font-medium">
      <span className={compact ? 'sr-only' : undefined}>{label}</span>
    </Tag>
  );
}

export const severityLabel = (severity: Severity): string => SEVERITY[severity].label;

export const STATUS_LABEL: Record<AlertStatus, string> = { new: 'New', open: 'Open', closed: 'Closed' };
const STATUS_LOOK: Record<AlertStatus, { icon: LucideIcon; tone: Tone }> = {
  new: { icon: Circle, tone: 'accent' },
  open: { icon: CircleDot, tone: 'medium' },
  closed: { icon: CircleCheck, tone: 'neutral' },
};

export const DISPOSITION: Record<Disposition, { label: string; meaning: string }> = {
  true_positive: { label: 'True positive', meaning: 'It happened and it was harmful.' },
  benign: { label: 'Benign', meaning: 'It happened, and it was allowed or expected.' },
  false_positive: { label: 'False positive', meaning: 'It did not happen as the alert says; the rule is wrong.' },
  undetermined: { label: 'Undetermined', meaning: 'It can’t be told from what there is.' },
};

/** A closed alert says how it ended. */
export function StatusTag({ alert }: { alert: Pick<AlertItem, 'status' | 'disposition'> }) {
  const { icon: Icon, tone } = STATUS_LOOK[alert.status];
  const label =
    alert.status === 'closed' && alert.disposition ? DISPOSITION[alert.disposition].label : STATUS_LABEL[alert.status];
  return (
    <Tag tone={tone} icon={<Icon />}>
      {label}
    </Tag>
  );
}

const SOURCE_LABEL: Record<string, string> = {
  guardduty: 'GuardDuty',
  securityhub: 'Security Hub',
  elastic: 'Elastic',
  splunk: 'Splunk',
  scanner: 'Scanner',
  panther: 'Panther',
  crowdstrike: 'CrowdStrike',
  defender: 'Defender',
  sentinel: 'Sentinel',
  ocsf: 'OCSF',
  wazuh: 'Wazuh',
  generic: 'Generic',
};

/** A source of our own making keeps its name. */
export const sourceLabel = (source: string): string => SOURCE_LABEL[source] ?? source;

export const KIND_LABEL: Record<EntityKind, string> = {
  user: 'User',
  email: 'E-mail',
  role: 'Role',
  arn: 'ARN',
  account: 'Account',
  access_key: 'Access key',
  host: 'Host',
  instance: 'Instance',
  ip: 'IP address',
  domain: 'Domain',
  url: 'URL',
  hash: 'Hash',
  process: 'Process',
  file: 'File',
  bucket: 'Bucket',
  resource: 'Resource',
};
