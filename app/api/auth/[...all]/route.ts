import { publicRoute } from '@/app/api/handler';
import { auth } from '@/lib/auth/better-auth';

const handle = publicRoute(async ({ request }) => (await auth()).handler(request));

export const GET = handle;
export const POST = handle;
