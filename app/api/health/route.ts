import { publicRoute } from '@/app/api/handler';
import { pool } from '@/lib/db/client';

export const dynamic = 'force-dynamic';

export const GET = publicRoute(async () => {
  await pool().query('SELECT 1');
  return { status: 'ok' };
});
