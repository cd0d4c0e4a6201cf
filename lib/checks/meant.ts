import type { Claim } from './claims';
import { isNear, isRounded } from './nearness';

/** Whether an exact number is the said one; `cut`: also when it was rounded or cut without a word about it. */
export function isMeant({ number = 0, decimals = 0, nearness }: Claim, exact: number, cut: boolean): boolean {
  if (nearness) return isNear(exact, number, decimals, nearness);
  if (cut) return isRounded(exact, number, decimals);
  return exact === number || (!Number.isInteger(exact) && round(exact, decimals) === number);
}

const round = (value: number, decimals: number): number => Number(value.toFixed(decimals));
