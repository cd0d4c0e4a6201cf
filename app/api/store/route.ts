import { route } from '@/app/api/handler';
import { StoreHealth } from '@/lib/store/schema';
import { storeHealth } from '@/lib/store/store-health';

export const dynamic = 'force-dynamic';

export const GET = route(
  {
    verb: 'settings.read',
    summary: 'How far the git repository lags behind the database, and the last error.',
    response: StoreHealth,
  },
  () => storeHealth(),
);
