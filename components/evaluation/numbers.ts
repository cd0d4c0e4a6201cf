import type { EvaluationDetail } from '@/lib/evaluation/schema';

type Proportion = EvaluationDetail['summary']['right'];

export const percent = (share: number | null): string => (share === null ? '–' : `${(share * 100).toFixed(1)} %`);

/** `12 of 20, 60.0 % (38.7 % to 78.1 %)`: with the 95 % interval. */
export const interval = ({ count, of, share, low, high }: Proportion): string =>
  of === 0 ? '–' : `${count} of ${of}, ${percent(share)} (${percent(low)} to ${percent(high)})`;

export const dollars = (cost: number | null): string => (cost === null ? 'not known' : `$${cost.toFixed(2)}`);

/** The page of a report. */
export const reportAddress = (id: string, { id: name, repeat }: { id: string; repeat: number }): string =>
  `/evaluations/${id}/report?${new URLSearchParams({ case: name, repeat: String(repeat) })}`;
