import { notFound } from 'next/navigation';
import { AppError } from '@/lib/errors/app-error';

/** What a verb answers; the page of what does not exist when it says so. */
export function orNotFound<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') notFound();
    throw error;
  }
}
