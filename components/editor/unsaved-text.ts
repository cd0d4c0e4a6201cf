// An unsaved text outlives a closed or crashed page in this tab's own storage, until it is saved.

type Unsaved = { version: number; text: string };

const keyOf = (id: string) => `draft.unsaved.${id}`;

export function keepUnsaved(id: string, unsaved: Unsaved): void {
  try {
    sessionStorage.setItem(keyOf(id), JSON.stringify(unsaved));
  } catch {
    // Full or disabled: the warning before leaving is what remains.
  }
}

export function readUnsaved(id: string): Unsaved | null {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(keyOf(id)) ?? 'null');
    const usable = typeof kept === 'object' && kept !== null && 'version' in kept && 'text' in kept;
    return usable && typeof kept.version === 'number' && typeof kept.text === 'string'
      ? { version: kept.version, text: kept.text }
      : null;
  } catch {
    return null;
  }
}

export function dropUnsaved(id: string): void {
  try {
    sessionStorage.removeItem(keyOf(id));
  } catch {
    // Nothing was kept there either.
  }
}
