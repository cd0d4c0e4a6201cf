import { z } from 'zod';
import { route } from '@/app/api/handler';
import { refuseOtherOrigin } from '@/lib/auth/session';
import { serveMcp } from '@/lib/servers/socdown/serve-http';

/**
 * Our own MCP server: each message is a request of its own, there are no sessions, so GET and DELETE are not there (405).
 * The tools check their own permissions; this one is what every key for people has.
 */
export const POST = route(
  {
    verb: 'alerts.read',
    summary: 'The MCP server (Streamable HTTP, stateless): docs/claude-code.md.',
    body: z.unknown(),
    maxBytes: 5_000_000,
    response: z.unknown(),
    internal: true,
  },
  ({ actor, body, request }) => {
    refuseOtherOrigin(request);
    return serveMcp(actor, request, body);
  },
);
