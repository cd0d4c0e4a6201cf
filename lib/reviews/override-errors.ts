import type { z } from 'zod';
import { type CheckFinding, findingKey } from '../checks/finding';
import { AppError } from '../errors/app-error';
import { readableLength } from '../text/invisible-characters';
import { type DecideReview, OverriddenFinding } from './schema';

/** One reason that names no finding covers so many errors; more are named one by one. */
const MAX_UNNAMED = 3;
/** Fewer characters are no reason. */
const MIN_REASON = 10;
/** Errors that one answer lists, and characters of the overrides in a commit message. */
const MAX_LISTED = 50;
const MAX_SUMMARY = 1000;

/**
 * The reason for each error of the checks that an approval overrides: each error is named by its key, alone or together with others
 * that share a reason. `override` is for all errors and `rule` for those of a rule, where they are at most three. `earlier`: what those who approved the same text before overrode.
 * @throws AppError checks_found_errors with data.errors (those without a reason, each with its `key`); unknown_finding for a key
 *   that belongs to none of these errors
 */
export function overrideErrors(
  errors: CheckFinding[],
  { override, overrides = [] }: z.infer<typeof DecideReview>,
  earlier: OverriddenFinding[],
): OverriddenFinding[] {
  const keys = new Set(errors.map(findingKey));
  const named = overrides.map((one) => ({
    reason: one.reason,
    findings: 'findings' in one ? one.findings : fewOfRule(errors, one.rule),
  }));
  const unknown = named.flatMap(({ findings }) => findings).find((key) => !keys.has(key));
  if (unknown !== undefined)
    throw new AppError('unknown_finding', `The checks have no error ${unknown.slice(0, 80)} in this text. Reload.`);
  const shared = errors.length <= MAX_UNNAMED ? override : undefined;
  const given = new Map([
    ...earlier.map(({ key, reason }) => [key, reason] as const),
    ...named.flatMap(({ findings, reason }) => findings.map((key) => [key, reason] as const)),
  ]);
  const overridden = errors.map((error) => {
    const key = findingKey(error);
    const { rule, line, message } = error;
    return { key, rule, line, message, reason: given.get(key) ?? shared ?? '' };
  });
  const open = errors.filter((_, at) => !isReason(overridden[at]?.reason ?? ''));
  if (open.length === 0) return overridden;
  const count = open.length === 1 ? 'an error' : `${open.length} errors`;
  const how = errors.length <= MAX_UNNAMED ? 'give a reason' : 'select each and give a reason';
  throw new AppError(
    'checks_found_errors',
    `The checks found ${count} in this text. Fix them, or ${how} to approve anyway (at least ${MIN_REASON} readable characters).`,
    { data: { errors: open.slice(0, MAX_LISTED).map((error) => ({ ...error, key: findingKey(error) })) } },
  );
}

function fewOfRule(errors: CheckFinding[], rule: string): string[] {
  const found = errors.filter((error) => error.rule === rule);
  return found.length <= MAX_UNNAMED ? found.map(findingKey) : [];
}

/** What was overridden and why, in one line: each reason with its findings. `Counted by hand. (line 12 evidence, line 14 total)` */
export function overrideSummary(overridden: OverriddenFinding[]): string {
  const reasons = new Map<string, string[]>();
  for (const { reason, line, rule } of overridden)
    reasons.set(reason, [...(reasons.get(reason) ?? []), `line ${line} ${rule}`]);
  const parts = [...reasons].map(([reason, findings]) => `${reason} (${findings.join(', ')})`);
  return parts.join(' ').slice(0, MAX_SUMMARY);
}

/** What earlier approvals of a review have overridden, as they stored it. */
export const readOverrides = (stored: unknown): OverriddenFinding[] => OverriddenFinding.array().parse(stored ?? []);

/** Blanks, invisible characters and one letter again and again are no reason. */
function isReason(text: string): boolean {
  return readableLength(text) >= MIN_REASON && new Set(text.match(/[\p{L}\p{N}]/gu)).size >= 3;
}
