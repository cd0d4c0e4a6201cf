import type { Entity, EntityKind } from '../alerts/schema';
import { AppError } from '../errors/app-error';
import { subjectOf } from './subject';

/** The subject that an address names. @throws AppError bad_request for a value that can't be of its kind */
export function requireSubject({ kind, value }: { kind: EntityKind; value: string }): Entity {
  const subject = subjectOf(kind, value);
  if (subject) return subject;
  throw new AppError('bad_request', `"${value.slice(0, 100)}" is not a valid ${kind.replaceAll('_', ' ')}.`);
}
