import { publicRoute } from '@/app/api/handler';
import { openApiDocument } from './document';

export const GET = publicRoute(async () => openApiDocument());
