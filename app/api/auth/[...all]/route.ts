import { z } from 'zod';
import { route } from '@/app/api/handler';
import { auth } from '@/lib/auth/better-auth';

const declaration = {
  verb: 'public',
  summary: 'The sign-in library’s own endpoints.',
  internal: true,
  params: z.object({ all: z.string() }),
  response: z.unknown(),
} as const;

export const GET = route(declaration, async ({ request }) => (await auth()).handler(request));

/** The body is read here, under our limits: nobody has signed in yet. */
export const POST = route(
  { ...declaration, body: z.unknown(), rawBody: true, maxBytes: 20_000, timeoutMs: 10_000 },
  async ({ request, body }) =>
    (await auth()).handler(new Request(request.url, { method: 'POST', headers: request.headers, body })),
);
