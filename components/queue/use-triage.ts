'use client';
import { useState } from 'react';
import type { NamedCase } from '@/components/case/merge-cases';
import { ALERT_STATUSES, DISPOSITION, severityLabel } from '@/components/labels/alert-labels';
import { useInvestigate } from '@/components/shell/use-investigate';
import type { AlertItem, Disposition, Person, Severity } from '@/lib/alerts/schema';
import { openCaseOf } from './case-dialog';
import type { QueueQuery } from './query-state';
import { useAlerts } from './use-alerts';

export type Triage = ReturnType<typeof useTriage>;

type Written = { disposition: Disposition; reason: string };

/** The rows, and the actions on them with their messages. */
export function useTriage(loaded: AlertItem[], query: QueueQuery, people: Person[], me: Person, onChanged: () => void) {
  const shown = query.status?.length ? query.status : ALERT_STATUSES.filter((status) => status !== 'closed');
  const { items, triage } = useAlerts(loaded, shown, people, me, onChanged);
  const { investigate, busy: investigating } = useInvestigate();
  const [closing, setClosing] = useState<AlertItem[]>([]);
  const [written, setWritten] = useState<Written>();
  const [placing, setPlacing] = useState<AlertItem[]>([]);
  const [merging, setMerging] = useState<NamedCase[]>([]);
  const ids = (alerts: AlertItem[]) => alerts.map(({ id }) => id);

  return {
    items,
    investigating,
    /** Opens a case of the alerts; where one is in an open case already, a dialog offers that one. */
    investigate: (alerts: AlertItem[]) =>
      alerts.some((alert) => openCaseOf(alert) !== null) ? setPlacing(alerts) : void investigate(alerts),
    /** Those a dialog asks a case for. */
    placing,
    askForCase: setPlacing,
    openCase: (alerts: AlertItem[]) => {
      setPlacing([]);
      void investigate(alerts);
    },
    /** Those a dialog merges. */
    merging,
    askToMerge: (cases: NamedCase[]) => {
      setPlacing([]);
      setMerging(cases);
    },
    assign: (alerts: AlertItem[], assignee: string | null) => {
      const name = assignee === 'me' ? 'you' : people.find(({ id }) => id === assignee)?.name;
      return triage(
        ids(alerts),
        { assignee },
        name ? `${counted(alerts)} assigned to ${name}.` : `${counted(alerts)} unassigned.`,
      );
    },
    setSeverity: (alerts: AlertItem[], severity: Severity) =>
      triage(ids(alerts), { severity }, `${counted(alerts)} set to ${severityLabel(severity).toLowerCase()}.`),
    reopen: (alerts: AlertItem[]) => triage(ids(alerts), { status: 'open' }, `${counted(alerts)} reopened.`),
    /** Those a dialog asks a disposition for. */
    closing,
    /** What was entered for them before, when closing failed. */
    written,
    askToClose: (alerts: AlertItem[]) => {
      setWritten(undefined);
      setClosing(alerts.filter(({ status }) => status !== 'closed'));
    },
    cancelClosing: () => setClosing([]),
    close: async (disposition: Disposition, reason: string) => {
      setClosing([]);
      const closed = await triage(
        ids(closing),
        { status: 'closed', disposition, reason },
        `${counted(closing)} closed as ${DISPOSITION[disposition].label.toLowerCase()}.`,
      );
      if (closed) return;
      setWritten({ disposition, reason });
      setClosing(closing);
    },
  };
}

function counted(alerts: unknown[]): string {
  return alerts.length === 1 ? 'Alert' : `${alerts.length} alerts`;
}
