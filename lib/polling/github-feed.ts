import { type CallAllowed, ToolFailure } from '../connections/with-tools';
import { checkPages, type Doc, type Feed, rowsOf, type Window } from './feeds';

const PER_PAGE = 100;

/** The three lists of a repository, all of them newest first: `page` counts, or a cursor leads on. */
const LISTS = [
  { kind: 'secret-scanning', tool: 'list_secret_scanning_alerts', paging: 'page' },
  { kind: 'code-scanning', tool: 'list_code_scanning_alerts', paging: 'page' },
  { kind: 'dependabot', tool: 'list_dependabot_alerts', paging: 'cursor' },
] as const;
type List = (typeof LISTS)[number];

/**
 * Secret scanning, code scanning and Dependabot, repository by repository: GitHub's server lists them newest first and takes no time,
 * so pages are read back to the beginning of the window. What was created since and is open now is found; webhooks tell more.
 */
export const github: Feed = {
  source: 'github',
  tools: LISTS.map(({ tool }) => tool),
  ref: (doc) => doc.html_url,
  async *pages(call, window, repositories) {
    if (repositories.length === 0) throw new Error('No repository is chosen. Enter them beside the interval.');
    for (const repository of repositories) {
      const refusals: string[] = [];
      for (const list of LISTS) {
        try {
          yield* pagesOf(call, window, repository, list);
        } catch (error) {
          // A repository without code scanning refuses that list; one that isn't there refuses all.
          if (!(error instanceof ToolFailure) || !IS_OFF.test(error.answer)) throw error;
          refusals.push(error.message);
        }
      }
      if (refusals.length === LISTS.length) throw new Error(`${repository}: ${refusals[0]}`);
    }
  },
};

const IS_OFF = /\b404\b|not found|no analysis found|(?:not|isn't) (?:enabled|available)|disabled|must be enabled/i;

async function* pagesOf(call: CallAllowed, { from }: Window, repository: string, list: List): AsyncGenerator<Doc[]> {
  const [owner = '', repo = ''] = repository.split('/');
  let after: unknown;
  for (let page = 1; ; page += 1) {
    checkPages(page);
    const place = list.paging === 'page' ? { page } : after ? { after } : {};
    const answer = await call(list.tool, { owner, repo, state: 'open', perPage: PER_PAGE, ...place });
    const docs = rowsOf(answer).map((doc) => ({
      html_url: `https://github.com/${repository}/security/${list.kind}/${doc.number}`,
      ...doc,
      repository: { full_name: repository },
    }));
    const recent = docs.filter((doc) => !isBefore(doc, from));
    if (recent.length > 0) yield recent;
    if (recent.length < docs.length || docs.length === 0) return;
    if (list.paging === 'page') continue;
    const next = cursorOf(answer);
    if (!next && docs.length < PER_PAGE) return;
    if (!next || next === after)
      throw new Error(`${repository} has more than ${PER_PAGE} new Dependabot alerts, and the list has no next page.`);
    after = next;
  }
}

/** A document without a time is never left out. */
const isBefore = (doc: Doc, from: Date): boolean => new Date(String(doc.created_at)) < from;

/** GraphQL's name, or the header's. */
function cursorOf(answer: Doc | null): unknown {
  const info = (answer?.pageInfo ?? answer?.page_info ?? answer ?? {}) as Doc; // read as a record, each field checked by use
  return info.endCursor ?? info.end_cursor ?? info.nextCursor ?? info.next_cursor ?? info.after ?? null;
}
