import { z } from 'zod';
import { AppError } from '../errors/app-error';
import { invalidFields } from '../errors/invalid-fields';
import { databaseUnavailable } from './unavailable';

/** What a person is told of an error: a refusal of ours, invalid input, or a database that is away. Else undefined: a failure. */
export function knownError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  return error instanceof z.ZodError ? invalidFields(error.issues) : databaseUnavailable(error);
}
