import { type findingGroup, findingKey, groupFindings } from '@/lib/checks/finding-key';

type Error = Parameters<typeof findingGroup>[0];

/** Reasons for overriding errors of the checks, as a reviewer writes them: by the keys of the errors that each is for. */
export type OverrideDraft = Record<string, string>;

/** The server refuses a shorter reason too. */
export const MIN_REASON = 10;

/** What one reason is for: an error, or those of the same name. */
export const groupName = (group: Error[]): string => group.map(findingKey).join(' ');

/** As the browser keeps it; anything else is a new one. Reasons for errors that the text doesn't have any more are left out. */
export function readOverrideDraft(text: string, errors: Error[]): OverrideDraft {
  const kept = parse(text);
  return Object.fromEntries(groupFindings(errors).map((group) => [groupName(group), kept[groupName(group)] ?? '']));
}

function parse(text: string): OverrideDraft {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
    return Object.fromEntries(Object.entries(value).filter(([, reason]) => typeof reason === 'string'));
  } catch {
    return {};
  }
}

export const writeOverrideDraft = (draft: OverrideDraft): string => JSON.stringify(draft);

const isReason = (reason: string): boolean => reason.trim().length >= MIN_REASON;

/** What is sent with an approval. */
export const overridesOf = (draft: OverrideDraft): { findings: string[]; reason: string }[] =>
  Object.entries(draft)
    .filter(([, reason]) => isReason(reason))
    .map(([name, reason]) => ({ findings: name.split(' '), reason: reason.trim() }));

/** How many errors have no reason yet. */
export const openErrors = (draft: OverrideDraft): number =>
  Object.entries(draft)
    .filter(([, reason]) => !isReason(reason))
    .reduce((sum, [name]) => sum + name.split(' ').length, 0);
