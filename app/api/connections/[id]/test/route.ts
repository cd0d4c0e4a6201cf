import { route } from '@/app/api/handler';
import { testConnection } from '@/lib/connections/manage-connections';

export const POST = route('connections.manage', async ({ actor, params }) => testConnection(actor, params.id ?? ''));
