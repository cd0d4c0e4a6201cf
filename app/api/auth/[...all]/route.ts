import { toNextJsHandler } from 'better-auth/next-js';
import { publicRoute } from '@/app/api/handler';
import { auth } from '@/lib/auth/better-auth';

export const GET = publicRoute(async ({ request }) => toNextJsHandler(await auth()).GET(request));
export const POST = publicRoute(async ({ request }) => toNextJsHandler(await auth()).POST(request));
