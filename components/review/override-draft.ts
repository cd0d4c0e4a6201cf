/** Reasons for overriding errors of the checks, as a reviewer writes them: those added so far, and the one being written. */
export type OverrideDraft = {
  added: { findings: string[]; reason: string }[];
  /** Keys of the findings that `reason` is for. */
  selected: string[];
  reason: string;
};

/** The server refuses a shorter reason too. */
export const MIN_REASON = 10;
/** So many errors are selected at first; of more, the reviewer says which the reason is for. */
const MAX_TOGETHER = 3;

const EMPTY: OverrideDraft = { added: [], selected: [], reason: '' };

/** As the browser keeps it; anything else is a new one. Findings that the text doesn't have any more are left out. */
export function readOverrideDraft(text: string, keys: string[]): OverrideDraft {
  const draft = parse(text) ?? { ...EMPTY, selected: keys.length <= MAX_TOGETHER ? keys : [] };
  const isOpen = (key: string) => keys.includes(key);
  const added = draft.added
    .map(({ findings, reason }) => ({ findings: findings.filter(isOpen), reason }))
    .filter(({ findings }) => findings.length > 0);
  const left = keys.filter((key) => !added.some(({ findings }) => findings.includes(key)));
  // Of one finding there is nothing to select.
  const selected = left.length === 1 ? left : draft.selected.filter((key) => left.includes(key));
  return { added, selected, reason: draft.reason };
}

function parse(text: string): OverrideDraft | null {
  if (text === '') return null;
  try {
    const value: unknown = JSON.parse(text);
    return isDraft(value) ? value : null;
  } catch {
    return null;
  }
}

function isDraft(value: unknown): value is OverrideDraft {
  if (typeof value !== 'object' || value === null) return false;
  const { added, selected, reason } = value as Partial<OverrideDraft>;
  const isKeys = (list: unknown) => Array.isArray(list) && list.every((key) => typeof key === 'string');
  return (
    typeof reason === 'string' &&
    isKeys(selected) &&
    Array.isArray(added) &&
    added.every((one) => typeof one?.reason === 'string' && isKeys(one?.findings))
  );
}

export const writeOverrideDraft = (draft: OverrideDraft): string => JSON.stringify(draft);

const isReason = (reason: string): boolean => reason.trim().length >= MIN_REASON;

/** Whether the reason can be added to the findings that are selected. */
export const canAdd = ({ selected, reason }: OverrideDraft): boolean => selected.length > 0 && isReason(reason);

/** The reason that is being written joins those that were added; of what was added with the same words, it is one. */
export function addReason(draft: OverrideDraft): OverrideDraft {
  if (!canAdd(draft)) return draft;
  const reason = draft.reason.trim();
  const same = draft.added.find((one) => one.reason === reason);
  const findings = [...(same?.findings ?? []), ...draft.selected];
  return { ...EMPTY, added: [...draft.added.filter((one) => one !== same), { findings, reason }] };
}

/** What is sent with an approval: also the reason that is written and not added yet. */
export const overridesOf = (draft: OverrideDraft): OverrideDraft['added'] => addReason(draft).added;

/** Keys that have no reason yet. */
export function openFindings(draft: OverrideDraft, keys: string[]): string[] {
  const done = new Set(overridesOf(draft).flatMap(({ findings }) => findings));
  return keys.filter((key) => !done.has(key));
}
