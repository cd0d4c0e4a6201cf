'use client';
import { Clock, ClockAlert } from 'lucide-react';
import { Tag } from '@/components/ui/badge';
import { useNow } from '@/components/ui/time';
import type { AlertItem } from '@/lib/alerts/schema';
import type { Sla } from '@/lib/alerts/sla';
import { formatUtc, spanOf } from '@/lib/time/time';

/** The part of the time allowed from which it is close. */
const SOON = 0.25;

/** How long an alert may stay open, or by how much it is late. Closed alerts have no clock. */
export function DueClock({ alert, sla }: { alert: Pick<AlertItem, 'receivedAt' | 'severity' | 'status'>; sla: Sla }) {
  const now = useNow();
  if (alert.status === 'closed') return null;
  const allowed = sla[alert.severity] * 60_000;
  const due = Date.parse(alert.receivedAt) + allowed;
  const left = due - now;
  const tone = left < 0 ? 'critical' : left < allowed * SOON ? 'high' : 'neutral';
  return (
    <span title={`Due ${formatUtc(new Date(due))}`}>
      <Tag tone={tone} icon={left < 0 ? <ClockAlert /> : <Clock />} className="align-middle text-xs">
        {left < 0 ? `${spanOf(-left)} overdue` : `${spanOf(left)} left`}
      </Tag>
    </span>
  );
}
