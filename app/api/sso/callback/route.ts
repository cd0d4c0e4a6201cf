import { z } from 'zod';
import { route } from '@/app/api/handler';
import { seeOther } from '@/app/api/see-other';
import { AppError } from '@/lib/errors/app-error';
import { finishSso, SsoCallback } from '@/lib/sso/finish';
import { endedFlowCookie } from '@/lib/sso/flow';

export const GET = route(
  {
    verb: 'public',
    summary:
      'Where the provider of single sign-on sends the browser back to. Begins the session; a program gets errors as JSON.',
    query: SsoCallback,
    status: 303,
    response: z.string(),
    media: ['text/html'],
  },
  async ({ query, request }) => {
    try {
      const { next, cookies } = await finishSso(request, query);
      return seeOther(next, [...cookies, endedFlowCookie()]);
    } catch (error) {
      if (!(error instanceof AppError) || !request.headers.get('accept')?.includes('text/html')) throw error;
      return seeOther(`/sign-in?sso=${error.reason}`, [endedFlowCookie()]);
    }
  },
);
