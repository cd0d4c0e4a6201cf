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
import type {
  ALERT_SOURCES,
  AlertItem,
  AlertStatus,
  CaseState,
  Disposition,
  EntityKind,
  Severity,
} from '@/lib/alerts/schema';
import type { Classification } from '@/lib/report/schema';

// The values come from the keys of the labels, which the types keep complete: the schema's own lists would bring Zod with them.
const keysOf = <T extends string>(labels: Record<T, unknown>): T[] => Object.keys(labels) as T[];

/** Values of the schema as people read them, and how they look. */
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

/** Most severe first. */
export const SEVERITIES = keysOf(SEVERITY);
export const severityLabel = (severity: Severity): string => SEVERITY[severity].label;

export const STATUS_LABEL: Record<AlertStatus, string> = { new: 'New', open: 'Open', closed: 'Closed' };
export const ALERT_STATUSES = keysOf(STATUS_LABEL);
const STATUS_LOOK: Record<AlertStatus, { icon: LucideIcon; tone: Tone }> = {
  new: { icon: Circle, tone: 'accent' },
  open: { icon: CircleDot, tone: 'medium' },
  closed: { icon: CircleCheck, tone: 'neutral' },
};

export const DISPOSITION: Record<Disposition, { label: string; meaning: string }> = {
  true_positive: { label: 'True positive', meaning: 'Malicious or harmful activity.' },
  benign: { label: 'Benign', meaning: 'Real activity that is allowed or expected.' },
  false_positive: { label: 'False positive', meaning: 'The rule fired on something it should not match.' },
  undetermined: { label: 'Undetermined', meaning: 'Not enough evidence.' },
};

export const DISPOSITIONS = keysOf(DISPOSITION);

/** The usual reasons to close an alert, by disposition; others are written. */
export const CLOSE_REASONS: Record<Disposition, string[]> = {
  true_positive: ['Contained and remediated.', 'Handled in another case.', 'Blocked before it had an effect.'],
  benign: [
    'Authorized activity, confirmed with its owner.',
    'Planned change or maintenance.',
    'Security test or red team.',
  ],
  false_positive: ['The rule is too broad.', 'The source data is wrong.', 'Known-good software or service.'],
  undetermined: ['The logs needed are missing.', 'Too old to investigate.', 'No answer from the owner.'],
};

/** What a disposition usually follows from a case's classification. */
export const DISPOSITION_FOR = {
  MALICIOUS: 'true_positive',
  SUSPICIOUS: 'undetermined',
  BENIGN: 'benign',
} as const satisfies Record<Classification, Disposition>;

/** The status; of a closed alert its disposition. */
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

/** The state of an alert's newest case, as a filter. */
export const CASE_STATE_LABEL: Record<CaseState, string> = {
  none: 'No case',
  draft: 'Draft',
  in_review: 'In review',
  changes_requested: 'Changes requested',
  approved: 'Approved',
};
export const CASE_STATES = keysOf(CASE_STATE_LABEL);

type Source = (typeof ALERT_SOURCES)[number];

const SOURCE_LABEL: Record<Source, string> = {
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
  okta: 'Okta',
  entra: 'Entra ID',
  suricata: 'Suricata',
  falco: 'Falco',
  sysdig: 'Sysdig',
  'gcp-scc': 'Google SCC',
  'azure-monitor': 'Azure Monitor',
  cloudwatch: 'CloudWatch',
  alertmanager: 'Alertmanager',
  thehive: 'TheHive',
  cloudflare: 'Cloudflare',
  github: 'GitHub',
  datadog: 'Datadog',
  sentinelone: 'SentinelOne',
  carbonblack: 'Carbon Black',
  wiz: 'Wiz',
  prowler: 'Prowler',
  generic: 'Generic',
};

export const SOURCES = keysOf(SOURCE_LABEL);

/** A source without a label keeps its name. */
export const sourceLabel = (source: string): string => (SOURCE_LABEL as Record<string, string>)[source] ?? source;

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

/** A kind within a sentence: `access key`, and `IP address` as it is. */
export const kindInText = (kind: EntityKind): string =>
  /^[A-Z]{2}/.test(KIND_LABEL[kind]) ? KIND_LABEL[kind] : KIND_LABEL[kind].toLowerCase();

export const ENTITY_KINDS = keysOf(KIND_LABEL);
