import { z } from 'zod';
import { route } from '@/app/api/handler';
import { redirectUrlOf } from '@/app/public-origin';
import { CLIENT_DOCUMENT_PATH, clientMetadata } from '@/lib/connections/oauth/choose-client';

export const GET = route(
  {
    verb: 'public',
    summary: 'How Socdown presents itself to authorization servers that accept this document’s URL as the client ID.',
    response: z.object({
      client_id: z.string(),
      client_name: z.string(),
      redirect_uris: z.array(z.string()),
      grant_types: z.array(z.string()),
      response_types: z.array(z.string()),
      token_endpoint_auth_method: z.string(),
      application_type: z.string(),
    }),
  },
  ({ request }) => {
    const redirectUrl = redirectUrlOf(request.headers);
    return { client_id: new URL(CLIENT_DOCUMENT_PATH, redirectUrl).href, ...clientMetadata(redirectUrl) };
  },
);
