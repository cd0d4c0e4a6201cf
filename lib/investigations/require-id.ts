import { AppError } from '../errors/app-error';

/**
 * An id from an address. PostgreSQL would answer a text that is no UUID with an error of its own; nobody has that id.
 * @throws AppError not_found.
 */
export function requireId(text: string, what: 'investigation' | 'proposal'): string {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text))
    throw new AppError('not_found', `There is no such ${what}.`);
  return text;
}
