import { Badge, type Tone } from '@/components/ui/badge';
import type { MethodChangeItem, MethodKind } from '@/lib/method/schema';

export const KIND_TITLE: Record<MethodKind, string> = {
  method: 'Instructions',
  runbook: 'Runbooks',
  detection: 'Detections',
  known: 'Known entities',
  command: 'Commands and quick prompts',
  template: 'Templates',
};

/** What each kind is for. */
export const KIND_LEAD: Record<MethodKind, string> = {
  method: 'What a model is told in every investigation.',
  runbook: 'The questions that decide one kind of alert. Those that fit best go into each investigation.',
  detection: 'Sigma rules that investigations run over the logs.',
  known: 'Entities known to be good or bad, and until when.',
  command: 'One click in the editor, a slash command in Claude Code.',
  template: 'What a new report starts with.',
};

const STATUS: Record<MethodChangeItem['status'], { label: string; tone: Tone }> = {
  open: { label: 'Open', tone: 'accent' },
  approved: { label: 'Approved', tone: 'good' },
  rejected: { label: 'Rejected', tone: 'bad' },
  withdrawn: { label: 'Withdrawn', tone: 'neutral' },
  conflicted: { label: 'Conflict', tone: 'high' },
};

export function ChangeStatus({ status }: { status: MethodChangeItem['status'] }) {
  const { label, tone } = STATUS[status];
  return <Badge tone={tone}>{label}</Badge>;
}

export const fileHref = (path: string): string => `/settings/method/file?path=${encodeURIComponent(path)}`;
export const changeHref = (id: string): string => `/settings/method/changes/${id}`;
