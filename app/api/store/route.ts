import { route } from '@/app/api/handler';
import { storeHealth } from '@/lib/store/store-health';

export const dynamic = 'force-dynamic';

export const GET = route('settings.read', () => storeHealth());
