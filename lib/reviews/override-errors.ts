import type { z } from 'zod';
import { type CheckFinding, findingGroup, findingKey, groupFindings } from '../checks/finding';
import { AppError } from '../errors/app-error';
import { readableLength } from '../text/invisible-characters';
import { type DecideReview, OverriddenFinding } from './schema';

/** So many groups of errors may be given the same words; a sentence that fits more says nothing of any. */
const MAX_SAME_WORDS = 3;
/** Fewer characters are no reason. */
const MIN_REASON = 10;
/** Errors that one answer lists, and characters of the overrides in a commit message. */
const MAX_LISTED = 50;
const MAX_SUMMARY = 1000;

/**
 * The reason for each error of the checks that an approval overrides: each error is named by its key, alone or together with the
 * others of the same name (`findingGroup`). `override` is for a text with one error or one such group. `earlier`: what those who
 * approved the same text before overrode.
 * @throws AppError checks_found_errors with data.errors (those without a reason, each with its `key`); unknown_finding for a key
 *   that belongs to none of these errors; override_too_broad for one reason for several errors
 */
export function overrideErrors(
  errors: CheckFinding[],
  { override, overrides = [] }: z.infer<typeof DecideReview>,
  earlier: OverriddenFinding[],
): OverriddenFinding[] {
  const groups = new Map(errors.map((error) => [findingKey(error), findingGroup(error)]));
  const unknown = overrides.flatMap(({ findings }) => findings).find((key) => !groups.has(key));
  if (unknown !== undefined)
    throw new AppError('unknown_finding', `The checks have no error ${unknown.slice(0, 80)} in this text. Reload.`);
  refuseBroad(overrides, groups);
  const isOneGroup = groupFindings(errors).length === 1;
  const shared = isOneGroup ? override : undefined;
  const given = new Map([
    ...earlier.map(({ key, reason }) => [key, reason] as const),
    ...overrides.flatMap(({ findings, reason }) => findings.map((key) => [key, reason] as const)),
  ]);
  const overridden = errors.map((error) => {
    const key = findingKey(error);
    const { rule, line, message } = error;
    return { key, rule, line, message, reason: given.get(key) ?? shared ?? '' };
  });
  const open = errors.filter((_, at) => !isReason(overridden[at]?.reason ?? ''));
  if (open.length === 0) return overridden;
  const count = open.length === 1 ? 'an error' : `${open.length} errors`;
  const how = isOneGroup ? 'give a reason' : 'give each its own reason';
  throw new AppError(
    'checks_found_errors',
    `The checks found ${count} in this text. Fix them, or ${how} to approve anyway (at least ${MIN_REASON} readable characters).`,
    { data: { errors: open.slice(0, MAX_LISTED).map((error) => ({ ...error, key: findingKey(error) })) } },
  );
}

/** One sentence must not pass many errors: neither as one reason for them, nor written again for each. */
function refuseBroad(overrides: { findings: string[]; reason: string }[], groups: ReadonlyMap<string, string>): void {
  const words = new Map<string, Set<string>>();
  for (const { findings, reason } of overrides) {
    const of = new Set(findings.map((key) => groups.get(key) ?? key));
    if (of.size > 1)
      throw new AppError(
        'override_too_broad',
        'A reason can only cover one error, or several of the same name. Give each error its own.',
      );
    const said = reason
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
    const all = words.get(said) ?? new Set();
    words.set(said, new Set([...all, ...of]));
  }
  if ([...words.values()].some((of) => of.size > MAX_SAME_WORDS))
    throw new AppError(
      'override_too_broad',
      `The same reason is given for more than ${MAX_SAME_WORDS} errors. Give each error its own reason.`,
    );
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
