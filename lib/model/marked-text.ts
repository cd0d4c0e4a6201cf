import { maskSecrets } from '../secrets/mask-secrets';
import { replaceUnseen } from '../text/invisible-characters';

/**
 * Outside text (logs, alerts, past reports, tool results) as the model sees it: between two lines with the run's
 * random boundary, which whoever wrote the text could not know, and with its origin. Should the text have the
 * boundary anyway, it is removed. Invisible characters are shown as code points,
 * secrets are masked.
 */
export function markedText(boundary: string, origin: string, text: string): string {
  const name = origin
    .replace(/[^\w .:/-]+/g, ' ')
    .trim()
    .slice(0, 120);
  const inside = visible(maskSecrets(text)).replaceAll(boundary, '[boundary removed]');
  return `<data-${boundary} origin="${name}">\n${inside}\n</data-${boundary}>`;
}

/** Cuts a text to its first characters, saying so. */
export function cutText(text: string, characters: number, hint: string): { text: string; note: string | null } {
  if (text.length <= characters) return { text, note: null };
  // A cut inside a surrogate pair would leave half a character.
  const end = /[\ud800-\udbff]/.test(text[characters - 1] ?? '') ? characters - 1 : characters;
  return { text: text.slice(0, end), note: `Cut: the first ${end} of ${text.length} characters are shown. ${hint}` };
}

/** Bidirectional controls, zero-width and tag characters can carry words a reader doesn't see. */
export function visible(text: string): string {
  return replaceUnseen(text, (character) =>
    character === '\r' ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
