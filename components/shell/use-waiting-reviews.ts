'use client';
import { useApi } from './use-api';

/** How many reviews wait for the signed-in person: read on each page and once a minute. */
export function useWaitingReviews(path: string): number {
  const { data } = useApi('/api/reviews/waiting', {}, { version: path, every: 60_000, background: true });
  return data?.count ?? 0;
}
