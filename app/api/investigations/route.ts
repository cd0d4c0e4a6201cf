import { openInvestigation } from '@/lib/investigations/open-investigation';
import { InvestigationQuery, OpenInvestigation } from '@/lib/investigations/schema';
import { searchInvestigations } from '@/lib/library/search-investigations';
import { json, readJson, readQuery, route } from '../handler';

/** The library: {items, nextCursor}. Empty parameters count as absent, as forms send them. */
export const GET = route('library.search', async ({ actor, url }) => {
  for (const [key, value] of [...url.searchParams]) if (value === '') url.searchParams.delete(key);
  return searchInvestigations(actor, readQuery(url, InvestigationQuery));
});

export const POST = route('investigations.open', async ({ actor, request }) =>
  json(await openInvestigation(actor, await readJson(request, OpenInvestigation)), 201),
);
