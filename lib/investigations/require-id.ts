import { isUuid } from '../db/is-uuid';
import { notFound } from '../errors/app-error';

/**
 * An id from an address. PostgreSQL would answer a text that is no UUID with an error of its own; nobody has that id.
 * @throws AppError not_found.
 */
export function requireId(text: string, what: 'investigation' | 'proposal' | 'task'): string {
  if (!isUuid(text)) throw notFound(what);
  return text;
}
