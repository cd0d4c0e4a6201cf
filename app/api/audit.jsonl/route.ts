import { z } from 'zod';
import { route } from '@/app/api/handler';
import { FollowQuery, followAudit } from '@/lib/audit/follow-audit';

export const GET = route(
  {
    verb: 'audit.read',
    summary: 'The audit log for a SIEM, oldest first, a JSON object per line. Ask again with the `cursor` of the last line.',
    query: FollowQuery,
    response: z.string(),
    media: ['application/x-ndjson'],
  },
  async ({ actor, query }) => {
    const items = await followAudit(actor, query);
    const next = items.at(-1)?.cursor ?? query.after;
    return new Response(items.map((item) => `${JSON.stringify(item)}\n`).join(''), {
      headers: {
        'content-type': 'application/x-ndjson; charset=utf-8',
        'cache-control': 'no-store',
        ...(next === undefined ? {} : { 'x-next-cursor': next }),
      },
    });
  },
);
