import { z } from 'zod';
import { pageOf, route } from '@/app/api/handler';
import { openInvestigation } from '@/lib/investigations/open-investigation';
import { InvestigationHit, InvestigationQuery, OpenInvestigation } from '@/lib/investigations/schema';
import { searchInvestigations } from '@/lib/library/search-investigations';

export const GET = route(
  {
    verb: 'library.search',
    summary: 'Search approved and open investigations. A hit has a snippet with the marked words.',
    query: InvestigationQuery,
    response: pageOf(InvestigationHit),
  },
  ({ actor, query }) => searchInvestigations(actor, query),
);

export const POST = route(
  {
    verb: 'investigations.open',
    summary: 'Open an investigation of one or more alerts.',
    body: OpenInvestigation,
    status: 201,
    response: z.object({ id: z.string(), codename: z.string(), path: z.string() }),
  },
  ({ actor, body }) => openInvestigation(actor, body),
);
