import type { DraftView, StaleDraft } from '@/lib/drafts/schema';
import type { SaveAnswer } from './autosave';

/**
 * Saves a draft on top of a version. Never throws, and never leaves the page (not even when signed out): the text in the
 * editor must survive every answer. `keepalive` lets a save outlive the page where the browser allows it.
 */
export async function putDraft(id: string, markdown: string, version: number): Promise<SaveAnswer> {
  const body = JSON.stringify({ markdown });
  let response: Response;
  let answer: { error?: { message?: string; data?: unknown } } & Partial<DraftView>;
  try {
    response = await fetch(`/api/investigations/${id}/draft`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', 'if-match': `"${version}"` },
      body,
      keepalive: new Blob([body]).size < 60_000, // browsers refuse more
    });
    answer = await response.json();
  } catch {
    return { kind: 'unreachable', message: 'Couldn’t reach the server.' };
  }
  // The shapes are those of the route on the other side, which is ours.
  if (response.ok) return { kind: 'saved', draft: answer as DraftView };
  if (response.status === 412 && answer.error?.data) return { kind: 'stale', stale: answer.error.data as StaleDraft };
  if (response.status === 401) {
    return { kind: 'refused', message: 'You are signed out. Sign in again in another tab, then save with Ctrl S.' };
  }
  const message = answer.error?.message ?? `The server answered ${response.status}.`;
  if (response.status >= 500 || response.status === 429) return { kind: 'unreachable', message };
  const { investigation: into } = (answer.error?.data ?? {}) as { investigation?: { id: string; codename: string } };
  return { kind: 'refused', message, ...(into ? { into } : {}) };
}
