import { z } from 'zod';
import { route } from '@/app/api/handler';
import { seeOther } from '@/app/api/see-other';
import { CallbackQuery, finishSignIn } from '@/lib/connections/oauth/finish-sign-in';
import { AppError } from '@/lib/errors/app-error';

export const GET = route(
  {
    verb: 'connections.manage',
    summary:
      'Where an authorization server sends the browser of a person who signs in to a connection. Leads to the connection’s page; programs get errors as JSON.',
    query: CallbackQuery,
    status: 303,
    response: z.string(),
    media: ['text/html'],
  },
  async ({ actor, query, request }) => {
    try {
      const { connectionId } = await finishSignIn(actor, query);
      return seeOther(`/settings/connections/${connectionId}?test=now`);
    } catch (error) {
      if (!(error instanceof AppError) || !request.headers.get('accept')?.includes('text/html')) throw error;
      const id = error.data?.connectionId;
      return seeOther(`/settings/connections${typeof id === 'string' ? `/${id}` : ''}?sign-in=${error.reason}`);
    }
  },
);
