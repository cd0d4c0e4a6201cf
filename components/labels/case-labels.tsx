import {
  CircleCheck,
  CircleDashed,
  CircleHelp,
  FileCheck,
  FileClock,
  FilePen,
  FileWarning,
  Merge,
  ShieldAlert,
} from 'lucide-react';
import { Tag } from '@/components/ui/badge';
import type { Classification, InvestigationStatus } from '@/lib/report/schema';

const CLASSIFICATION = {
  BENIGN: { tone: 'good', word: 'Benign', Icon: CircleCheck },
  SUSPICIOUS: { tone: 'medium', word: 'Suspicious', Icon: CircleHelp },
  MALICIOUS: { tone: 'critical', word: 'Malicious', Icon: ShieldAlert },
} as const satisfies Record<Classification, unknown>;
export const CLASSIFICATIONS = Object.keys(CLASSIFICATION) as Classification[];
export const classificationLabel = (value: Classification): string => CLASSIFICATION[value].word;

/** A stored classification; null for none or an unknown one. */
export const classificationOf = (value: string | null): Classification | null =>
  CLASSIFICATIONS.find((known) => known === value) ?? null;

/** Icon, word and color: none of them alone carries it. `proposed`: by a model, and nobody has accepted it yet. */
export function ClassificationTag({ value, proposed = false }: { value: Classification | null; proposed?: boolean }) {
  if (value === null) {
    return (
      <Tag tone="neutral" icon={<CircleDashed />}>
        Unclassified
      </Tag>
    );
  }
  const { tone, word, Icon } = CLASSIFICATION[value];
  return (
    <Tag tone={proposed ? 'neutral' : tone} icon={<Icon />} className="font-medium">
      {proposed ? `Proposed: ${word.toLowerCase()}` : word}
    </Tag>
  );
}

export const CASE_STATUS_LABEL: Record<InvestigationStatus, string> = {
  draft: 'Draft',
  in_review: 'In review',
  changes_requested: 'Changes requested',
  approved: 'Approved',
  merged: 'Merged',
};

const STATUS_ICON = {
  draft: FilePen,
  in_review: FileClock,
  changes_requested: FileWarning,
  approved: FileCheck,
  merged: Merge,
};
const STATUS_TONE = {
  draft: 'neutral',
  in_review: 'accent',
  changes_requested: 'high',
  approved: 'good',
  merged: 'neutral',
} as const;

export function StatusTag({ value }: { value: InvestigationStatus }) {
  const Icon = STATUS_ICON[value];
  return (
    <Tag tone={STATUS_TONE[value]} icon={<Icon />}>
      {CASE_STATUS_LABEL[value]}
    </Tag>
  );
}
