import { z } from 'zod';
import { ById, route } from '@/app/api/handler';
import { RunEventBody } from '@/lib/agent/events';
import { streamEvents } from '@/lib/agent/stream-events';

export const dynamic = 'force-dynamic';

export const GET = route(
  {
    verb: 'runs.read',
    summary:
      'The run’s events as server-sent events: id is the number, data one of these. 204 when the run has ended and nothing is left.',
    params: ById,
    query: z.object({ after: z.coerce.number().int().min(0).max(2_147_483_647).default(0) }),
    headers: { 'Last-Event-ID': 'The number of the last event received; wins over `after`.' },
    status: [200, 204],
    response: RunEventBody,
    media: ['text/event-stream'],
  },
  async ({ actor, params, query, request }) => {
    const header = request.headers.get('last-event-id'); // browsers send it when they reconnect
    const after = header && /^\d{1,9}$/.test(header) ? Number(header) : query.after;
    const stream = await streamEvents(actor, params.id, after, request.signal);
    // 204 tells an EventSource to stop reconnecting.
    if (!stream) return new Response(null, { status: 204 });
    return new Response(stream, {
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
      },
    });
  },
);
