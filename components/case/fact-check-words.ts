import type { FactCheck } from '@/lib/checks/finding';
import type { NotReadReason } from '@/lib/fact-check/read-passages';

type Counts = Pick<FactCheck, 'statements' | 'read' | 'notRead' | 'unread' | 'models'>;

/** How much of a text a model has read, in sentences. It never says that a text has no errors. */
export function factCheckWords({ statements, read, notRead, unread, models }: Counts): string[] {
  if (read + notRead.length === 0) return ['Not fact-checked by a model.'];
  const by = models.length > 0 ? ` by ${models.join(' and ')}` : '';
  return [
    `${read} of ${statements} statements read${by}.`,
    ...Object.entries(NOT_READ).flatMap(([because, why]) => {
      const lines = [...new Set(notRead.flatMap((one) => (one.because === because ? [one.line] : [])))];
      return lines.length === 0 ? [] : [`Not read: ${linesOf(lines)} (${why}).`];
    }),
    ...(unread > 0 ? [`${unread} new or changed ${unread === 1 ? 'statement' : 'statements'} not read yet.`] : []),
  ];
}

const NOT_READ: Record<NotReadReason, string> = {
  'too-large': 'the cited evidence is too large for one request',
  'rows-gone': 'the cited rows are no longer kept',
  'no-answer': 'the model gave no usable answer',
  refused: 'the model refused',
};

function linesOf(lines: number[]): string {
  const shown = lines.slice(0, MOST_LINES);
  const rest = lines.length - shown.length;
  return `${lines.length === 1 ? 'line' : 'lines'} ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

const MOST_LINES = 8;
