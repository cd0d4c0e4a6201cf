import { z } from 'zod';
import { route } from '@/app/api/handler';
import { removeSamples } from '@/lib/samples/remove-samples';

export const DELETE = route(
  {
    verb: 'samples.remove',
    summary: 'Remove the sample alerts and their investigations.',
    response: z.object({ alerts: z.number(), investigations: z.number() }),
  },
  ({ actor }) => removeSamples(actor),
);
