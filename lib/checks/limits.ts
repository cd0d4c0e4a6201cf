import { type Claim, claimsOf } from './claims';
import { amountOf, SMALL_NUMBER } from './number-words';
import type { Statement } from './statements';

const DENIED = new RegExp(
  `\\b(?:never|no|not|none|nothing|nobody)\\b[^.;]{0,60}?\\bthan\\s+(\\d+(?:,\\d{3})*|${SMALL_NUMBER})(?!\\.\\d)\\b(?:[ -](seconds?|minutes?|hours?|days?|bytes|percent|%)(?![\\p{L}]))?`,
  'giu',
);

/** The numbers of a statement, also those of a limit that it denies (`never more than three minutes`), which are no claims of their own. */
export function numbersOf({ block, text, start, end }: Statement): Claim[] {
  const own = claimsOf(block).filter((claim) => claim.start >= start && claim.end <= end);
  const denied = [...text.matchAll(DENIED)].flatMap((match): Claim[] => {
    const [whole, value = '', measure] = match;
    const rest = measure ? whole.length - measure.length - 1 : whole.length;
    const at = start + match.index + rest - value.length;
    if (own.some((claim) => claim.start < at + value.length && claim.end > at)) return [];
    const number = /^\d/.test(value) ? Number(value.replaceAll(',', '')) : amountOf(value.toLowerCase());
    return [
      {
        kind: 'number',
        start: at,
        end: at + value.length,
        value,
        number,
        inCode: false,
        ...(measure ? { measure: measure.toLowerCase() } : {}),
      },
    ];
  });
  return [...own, ...denied];
}
