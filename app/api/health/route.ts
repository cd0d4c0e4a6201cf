import { z } from 'zod';
import { route } from '@/app/api/handler';
import { StoreHealth } from '@/lib/store/schema';
import { storeHealth } from '@/lib/store/store-health';

export const dynamic = 'force-dynamic';

export const GET = route(
  {
    verb: 'public',
    summary: 'Whether this instance works.',
    response: z.object({ status: z.literal('ok'), store: StoreHealth.pick({ status: true, pending: true }) }),
  },
  async () => {
    // Approving works while the store fails: the instance is up. The error itself is for people who sign in.
    const { status, pending } = await storeHealth();
    return { status: 'ok' as const, store: { status, pending } };
  },
);
