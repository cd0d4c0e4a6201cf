'use client';
import { useApi } from './use-api';

const POLL_MS = 60_000;

/** How many items of the inbox are unread. */
export function useUnread(): number {
  const { data } = useApi('/api/notifications', {}, { every: POLL_MS, background: true });
  return data?.unread ?? 0;
}
