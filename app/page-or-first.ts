import { AppError } from '@/lib/errors/app-error';

/** A page of a list by the address; the first one where the address has a cursor that isn't valid (`ignored`). */
export async function pageOrFirst<Query extends { cursor?: string | undefined }, Found extends object>(
  list: (query: Query) => Promise<Found>,
  query: Query,
): Promise<Found & { ignored: boolean }> {
  try {
    return { ...(await list(query)), ignored: false };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'bad_request' || query.cursor === undefined) throw error;
    return { ...(await list({ ...query, cursor: undefined })), ignored: true };
  }
}
