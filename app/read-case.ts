import { cache } from 'react';
import { getInvestigation } from '@/lib/investigations/get-investigation';
import { markUnseen } from '@/lib/text/invisible-characters';
import { requireActor } from './current-actor';

/** A case, read once for its page and for the title of the browser's tab. @throws AppError not_found */
export const readCase = cache(async (id: string) => getInvestigation(await requireActor(), id));

/** What a browser's tab is called that shows a case, so that several can be told apart. */
export async function caseTitle(id: string, fallback: string): Promise<string> {
  const title = await readCase(id).then(
    (investigation) => investigation.title,
    () => '', // the page itself answers with what went wrong
  );
  return tabTitle(title) || fallback;
}

/** A text of outsiders in a tab's title: characters that mislead are named. */
export const tabTitle = (text: string): string =>
  markUnseen(text)
    .map((part) => (part.mark ? `[${part.mark.label}]` : part.text))
    .join('');
