import type { z } from 'zod';
import { type CheckFinding, findingKey } from '../checks/finding';
import { AppError } from '../errors/app-error';
import { readableLength } from '../text/invisible-characters';
import type { DecideReview } from './schema';

/** One sentence explains a few errors; more need a reason each, or one for all of a rule. */
const MAX_AT_ONCE = 3;
/** Fewer characters are no reason. */
const MIN_REASON = 10;

export type Override = { finding: CheckFinding; reason: string };

/**
 * The reason for each error of the checks that an approval overrides. `earlier`: the reasons of who approved the same text before.
 * @throws AppError checks_found_errors with data.errors (those without a reason, each with its `key`)
 */
export function overrideErrors(
  errors: CheckFinding[],
  { override, overrides = [] }: z.infer<typeof DecideReview>,
  earlier: string | null,
): Override[] {
  const single = errors.length <= MAX_AT_ONCE ? override : undefined;
  const overridden = errors.map((finding) => {
    const own =
      overrides.find((one) => one.finding === findingKey(finding)) ??
      overrides.find((one) => one.finding === undefined && one.rule === finding.rule);
    return { finding, reason: own?.reason ?? single ?? earlier ?? '' };
  });
  const open = overridden.filter(({ reason }) => !isReason(reason)).map(({ finding }) => finding);
  if (open.length === 0) return overridden;
  const count = open.length === 1 ? 'an error' : `${open.length} errors`;
  const how =
    errors.length > MAX_AT_ONCE
      ? 'give a reason for each, or for each rule, to approve anyway'
      : 'give a reason to approve anyway';
  throw new AppError(
    'checks_found_errors',
    `The checks found ${count} in this text. Fix them, or ${how} (at least ${MIN_REASON} readable characters).`,
    { data: { errors: open.slice(0, 50).map((finding) => ({ ...finding, key: findingKey(finding) })) } },
  );
}

/** Blanks, invisible characters and one letter again and again are no reason. */
function isReason(text: string): boolean {
  return readableLength(text) >= MIN_REASON && new Set(text.match(/[\p{L}\p{N}]/gu)).size >= 3;
}
