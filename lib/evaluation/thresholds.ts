import type { Summary } from './summarize';

/** Shares 0 to 1 and counts. What is absent is not asked. */
export type Thresholds = {
  minBenign?: number | undefined;
  minAttacks?: number | undefined;
  maxMissed?: number | undefined;
  minRecall?: number | undefined;
  maxUnsupported?: number | undefined;
};

/** What a summary falls short of, in words; empty when it passes. */
export function shortfalls(summary: Summary, wanted: Thresholds): string[] {
  const { benignRight, attacksFound, missed, timelineRecall, unsupported } = summary;
  const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
  const found: string[] = [];
  if (wanted.minBenign !== undefined && benignRight.share < wanted.minBenign)
    found.push(
      `${percent(benignRight.share)} of the benign cases are called BENIGN; wanted ${percent(wanted.minBenign)}.`,
    );
  if (wanted.minAttacks !== undefined && attacksFound.share < wanted.minAttacks)
    found.push(
      `${percent(attacksFound.share)} of the attacks are not called BENIGN; wanted ${percent(wanted.minAttacks)}.`,
    );
  if (wanted.maxMissed !== undefined && missed.length > wanted.maxMissed)
    found.push(
      `${missed.length} attacks are called BENIGN (${missed.slice(0, 5).join(', ')}); allowed ${wanted.maxMissed}.`,
    );
  if (wanted.minRecall !== undefined && (timelineRecall ?? 0) < wanted.minRecall)
    found.push(`Timeline recall is ${percent(timelineRecall ?? 0)}; wanted ${percent(wanted.minRecall)}.`);
  if (wanted.maxUnsupported !== undefined && unsupported > wanted.maxUnsupported)
    found.push(`${unsupported} claims are unsupported; allowed ${wanted.maxUnsupported}.`);
  return found;
}
