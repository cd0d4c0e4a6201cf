import { z } from 'zod';
import { route } from '@/app/api/handler';
import { Preview, previewAlerts } from '@/lib/alerts/preview-alerts';
import { ALERT_SOURCES } from '@/lib/alerts/schema';

export const POST = route(
  {
    verb: 'alerts.ingest',
    summary: 'Show what a document would become, without storing anything.',
    body: z.strictObject({ source: z.enum(ALERT_SOURCES), text: z.string().min(1, 'Paste a document.').max(900_000) }),
    response: Preview,
  },
  ({ actor, body }) => previewAlerts(actor, body.source, body.text),
);
