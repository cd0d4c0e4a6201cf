import { z } from 'zod';
import { route } from '@/app/api/handler';
import { actorOf } from '@/lib/auth/session';
import { isMetricsToken, readMetrics } from '@/lib/metrics/read-metrics';

export const dynamic = 'force-dynamic';

export const GET = route(
  {
    // Read below: METRICS_TOKEN is no account.
    verb: 'public',
    summary: 'Metrics as Prometheus text, for METRICS_TOKEN or an API key of a lead (metrics.read).',
    response: z.string(),
    media: ['text/plain'],
  },
  async ({ request }) => {
    const text = await readMetrics(isMetricsToken(request) ? null : await actorOf(request));
    return new Response(text, {
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' },
    });
  },
);
