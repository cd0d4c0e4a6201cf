import { AppError } from '../errors/app-error';
import { MAX_DRAFT_BYTES } from './schema';

/**
 * Refuses a text that can't be kept as it is: PostgreSQL takes no NUL, UTF-8 no half of a surrogate pair.
 * @throws AppError too_large, or bad_request that names the line.
 */
export function requireStorable(markdown: string): void {
  const bytes = Buffer.byteLength(markdown, 'utf8');
  if (bytes > MAX_DRAFT_BYTES) {
    throw new AppError(
      'too_large',
      `The report is ${(bytes / 1e6).toFixed(1)} MB; at most ${MAX_DRAFT_BYTES / 1e6} MB are kept. Cut pasted logs down to the lines that matter.`,
    );
  }
  const nul = markdown.indexOf('\0');
  if (nul >= 0)
    throw new AppError('invalid_characters', `Line ${lineAt(markdown, nul)} has a NUL character. Remove it.`);
  const half = /\p{Surrogate}/u.exec(markdown);
  if (half) {
    throw new AppError(
      'invalid_characters',
      `Line ${lineAt(markdown, half.index)} has half of a character (a lone surrogate). Remove it.`,
    );
  }
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
