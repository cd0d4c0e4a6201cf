import { z } from 'zod';
import { route } from '@/app/api/handler';
import { pool } from '@/lib/db/client';

export const dynamic = 'force-dynamic';

export const GET = route(
  {
    verb: 'public',
    summary: 'Whether this instance can answer requests: 503 while the database is unavailable.',
    response: z.object({ status: z.literal('ready') }),
  },
  async () => {
    await pool().query('SELECT 1');
    return { status: 'ready' as const };
  },
);
