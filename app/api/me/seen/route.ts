import { nothing, route } from '@/app/api/handler';

export const POST = route(
  {
    verb: 'account.manage',
    summary: 'Say that the person of this session is here, for the idle limit. Every other change says so too.',
    internal: true,
    status: 204,
    response: nothing,
  },
  () => undefined,
);
