import { z } from 'zod';
import { readQuery, route } from '@/app/api/handler';
import { streamEvents } from '@/lib/agent/stream-events';

export const dynamic = 'force-dynamic';

const Query = z.object({ after: z.coerce.number().int().min(0).default(0) });

/** Resumes at the header Last-Event-ID (browsers send it when they reconnect), else at ?after=. */
export const GET = route('runs.read', async ({ actor, params, request, url }) => {
  const header = request.headers.get('last-event-id');
  const after = header && /^\d{1,10}$/.test(header) ? Number(header) : readQuery(url, Query).after;
  const stream = await streamEvents(actor, params.id ?? '', after, request.signal);
  // 204 tells an EventSource to stop reconnecting.
  if (!stream) return new Response(null, { status: 204 });
  return new Response(stream, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    },
  });
});
