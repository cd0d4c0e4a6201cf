import { z } from 'zod';
import { route } from '@/app/api/handler';
import { openApiDocument } from './document';

export const GET = route(
  { verb: 'public', summary: 'This document.', response: z.record(z.string(), z.unknown()) },
  async () => openApiDocument((await import('@/app/api/contract')).CONTRACT),
);
