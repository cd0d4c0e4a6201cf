const MOST = 6;
/** At the start or after a blank: an e-mail address is no mention. Names may contain blanks. */
const MENTION = /(?:^|[\s(])@([\p{L}\p{N}][\p{L}\p{N} .'’_-]{0,60})?$/u;

/** The mention that is being typed before the caret: where its @ stands and what follows it. Null when none is. */
export function mentionAt(text: string, caret: number): { at: number; typed: string } | null {
  const before = text.slice(Math.max(0, caret - 70), caret);
  const found = MENTION.exec(before);
  if (!found) return null;
  const typed = found[1] ?? '';
  return { at: caret - typed.length - 1, typed };
}

/** Whom it may become: those with a word that begins like it, one whose name is whole already left out. */
export function namesFor<T extends { name: string }>(people: T[], typed: string): T[] {
  const wanted = typed.toLowerCase();
  return people
    .filter(({ name }) => {
      const lower = name.toLowerCase();
      return (
        lower !== wanted && (lower.startsWith(wanted) || lower.split(/\s+/).some((word) => word.startsWith(wanted)))
      );
    })
    .slice(0, MOST);
}
