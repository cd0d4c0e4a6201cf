import { z } from 'zod';
import { Id, route } from '@/app/api/handler';
import { receiveDelivery } from '@/lib/alerts/deliveries';
import { Ingested } from '@/lib/alerts/ingest-alerts';
import { ALERT_SOURCES } from '@/lib/alerts/schema';
import { readChallenge } from './challenge';
import { requireText } from './content-type';

/**
 * A body that is not JSON is refused as a whole (400). Of a batch the readable items are stored and the others come back in
 * `rejected` [{index, code, message}]; when no item can be read, the answer is 400 or 422 and nothing is stored.
 */
export const POST = route(
  {
    verb: 'alerts.ingest',
    summary: `Ingest alerts as their sender formats them: one, an array, or concatenated objects. Sources: ${ALERT_SOURCES.join(', ')}.`,
    params: z.object({ source: Id }),
    headers: {
      'webhook-id':
        'Standard Webhooks, with ?signed=<id of a key>: the message’s id; a copy within 10 minutes is not counted.',
      'webhook-timestamp': 'Its time in seconds, at most 5 minutes off.',
      'webhook-signature': 'v1,<base64 of HMAC-SHA256 over id.timestamp.body>; several by blanks.',
      'x-hub-signature-256': 'Instead, as GitHub signs: sha256=<hex of HMAC-SHA256 over the body>.',
    },
    body: z.unknown(),
    rawBody: true,
    signedBody: true,
    gzip: true,
    maxBytes: 10_000_000,
    timeoutMs: 60_000,
    status: 202,
    response: Ingested,
  },
  async ({ actor, params, body, signature, request }) => {
    requireText(request);
    if (signature?.isCopy) return { accepted: 0, duplicates: 0, updated: 0, ids: [], rejected: [] };
    const answer = await receiveDelivery(actor, params.source, body, request.headers.get('user-agent') ?? '');
    await signature?.remember();
    return answer;
  },
);

/** The one-time check of an address by its sender: Okta sends a challenge in a header and wants it back. */
export const GET = route(
  {
    verb: 'alerts.ingest',
    summary: 'Answer the one-time verification of an Okta event hook.',
    params: z.object({ source: Id }),
    headers: { 'x-okta-verification-challenge': 'The challenge, answered as `verification`.' },
    response: z.object({ verification: z.string() }),
  },
  ({ params, request }) => ({ verification: readChallenge(params.source, request.headers) }),
);
