import type { ALERT_SOURCES } from '../alerts/schema';
import type { CallAllowed } from '../connections/with-tools';
import type { WriteCall } from './schema';

/** What is written: the comment names the case by its codename and link, and holds nothing of the report. */
export type Outcome = { comment: string; classification: string | null };

/** How a system's alert is commented and its status set, through tools that its reviewed table has as writes. */
export type WriteSystem = {
  source: (typeof ALERT_SOURCES)[number];
  /** The calls for one alert, in their order. */
  calls: (ref: string, outcome: Outcome) => WriteCall[];
  /** The tools that look for a comment, each needed as a read. */
  reads: string[];
  /** The texts in which the comment would stand, if it was written before. */
  written: (call: CallAllowed, ref: string) => Promise<unknown>;
  /** The tools of `calls` that must not be repeated when their text is there already. */
  once: string[];
};

/**
 * By the system's id in the catalogue. The other servers that were reviewed offer no tool that changes an alert.
 * A benign alert is closed. After a suspicious or malicious one somebody may still be responding: it stays open, as being worked on.
 */
export const WRITE_SYSTEMS: Record<string, WriteSystem> = {
  panther: {
    source: 'panther',
    calls: (ref, { comment, classification }) => [
      { tool: 'add_alert_comment', args: { alert_id: ref, comment } },
      {
        tool: 'update_alert_status',
        args: { alert_ids: [ref], status: classification === 'BENIGN' ? 'RESOLVED' : 'TRIAGED' },
      },
    ],
    reads: ['list_alert_comments'],
    written: (call, ref) => call('list_alert_comments', { alert_id: ref, limit: 50 }),
    once: ['add_alert_comment'],
  },
  'crowdstrike-falcon': {
    source: 'crowdstrike',
    calls: (ref, { comment, classification }) => [
      {
        tool: 'falcon_update_detections',
        args: {
          ids: [ref],
          status: classification === 'BENIGN' ? 'closed' : 'in_progress',
          append_comment: comment,
        },
      },
    ],
    reads: ['falcon_get_detection_details'],
    written: (call, ref) => call('falcon_get_detection_details', { ids: [ref] }),
    once: ['falcon_update_detections'],
  },
};

/** The tools that a connection of this system needs, by the class that each must have. */
export function neededTools({ calls, reads }: WriteSystem): { read: string[]; write: string[] } {
  return { read: reads, write: calls('', { comment: '', classification: null }).map(({ tool }) => tool) };
}
