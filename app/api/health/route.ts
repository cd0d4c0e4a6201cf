import { publicRoute } from '@/app/api/handler';
import { storeHealth } from '@/lib/store/store-health';

export const dynamic = 'force-dynamic';

export const GET = publicRoute(async () => {
  // Approving works while the store doesn't: the instance is not down for that. Why it fails is for people who sign in.
  const { status, pending } = await storeHealth();
  return { status: 'ok', store: { status, pending } };
});
