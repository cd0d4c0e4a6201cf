import { z } from 'zod';
import { route } from '@/app/api/handler';
import { seeOther } from '@/app/api/see-other';
import { redirectUrlOf } from '@/app/public-origin';
import { AppError } from '@/lib/errors/app-error';
import { SSO_CALLBACK } from '@/lib/sso/schema';
import { startSso } from '@/lib/sso/start';

export const GET = route(
  {
    verb: 'public',
    summary: 'Start single sign-on: sends the browser to the provider. `next`: the page to open afterwards.',
    query: z.object({ next: z.string().max(2000).optional() }),
    status: 303,
    response: z.string(),
    media: ['text/html'],
  },
  async ({ query, request }) => {
    try {
      const { url, cookie } = await startSso(query.next, redirectUrlOf(request.headers, SSO_CALLBACK));
      return seeOther(url, [cookie]);
    } catch (error) {
      if (!(error instanceof AppError) || !request.headers.get('accept')?.includes('text/html')) throw error;
      return seeOther(`/sign-in?sso=${error.reason}`);
    }
  },
);
