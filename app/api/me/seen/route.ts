import { nothing, route } from '@/app/api/handler';

export const POST = route(
  {
    verb: 'account.manage',
    summary: 'Report that the person of this session is active, for the idle limit. Every change does so too.',
    internal: true,
    status: 204,
    response: nothing,
  },
  () => undefined,
);
