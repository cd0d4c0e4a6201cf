import { asksSource, namesSource } from '../../evidence/source-calls';
import { listingGaps } from '../../evidence/source-gaps';
import { readSection } from '../../report/report';
import { IS_GAP } from '../absence-support';
import { type Block, citationsIn } from '../blocks';
import type { CheckContext } from '../context';
import type { EvidenceIndex } from '../evidence-index';
import { type Finding, finding, type Reason } from '../messages';

/** BENIGN needs evidence: every log source that was there was queried, and answered in full. */
export function checkBenign({ frontMatter, lines, all, known, markdown, blocks }: CheckContext): Finding[] {
  if (frontMatter?.classification !== 'BENIGN') return [];
  const line = lines.findIndex((text) => text.startsWith('classification:')) + 1 || 1;
  const place = { line, column: 1, endColumn: (lines[line - 1]?.length ?? 0) + 1 };
  const asked = all.filter(({ call }) => asksSource(call.tool));
  if (!asked.some(({ call }) => call.status === 'ok'))
    return [finding('benign', 'error', place, 'benign-no-query', {})];
  const findings: Finding[] = [];
  const tools = new Set(asked.map(({ call }) => `${call.server}.${call.tool}`));
  for (const tool of tools) {
    const calls = asked.filter(({ call }) => `${call.server}.${call.tool}` === tool).map(({ call }) => call);
    if (calls.every(({ status }) => status !== 'ok')) {
      const data = { tool, records: calls.map(({ number }) => number) };
      findings.push(finding('benign', 'error', place, 'benign-tool-failed', data));
    }
  }
  for (const { server, name } of listedSources(all)) {
    const calls = asked.filter(({ call }) => call.server === server && namesSource(call.args, name));
    const reason = sourceProblem(calls);
    if (reason) findings.push(finding('benign', 'error', place, reason, { source: name }));
  }
  const listing = lastListing(all);
  const occurredAt = /"occurredAt":"([^"]+)"/.exec(known.call.text)?.[1];
  const alertMs = occurredAt === undefined ? Number.NaN : Date.parse(occurredAt);
  for (const { text, blocks } of listingGaps(listing?.call.structured, Number.isNaN(alertMs) ? null : alertMs))
    if (blocks) findings.push(finding('benign', 'error', place, 'benign-gap', { gap: text.replace(/\.$/, '') }));
  // The list of queries has to name those that failed: where a later one answered, nothing relies on them.
  const process = readSection(markdown, 'Investigation Process') ?? '';
  const [cited, reliedOn] = [markdown, markdown.replace(process, () => '')].map((text) => new Set(citationsIn(text)));
  const sources = listedSources(all);
  for (const { call } of asked) {
    if (call.status === 'ok' || !cited?.has(call.number)) continue;
    const isUnlogged = isNothingLogged(call, asked, sources);
    if (isUnlogged && isOwnedUpTo(call.number, blocks)) continue;
    if (reliedOn?.has(call.number) || !isAskedAgain(call, asked, sources))
      findings.push(
        finding('benign', isUnlogged ? 'warning' : 'error', place, 'benign-cites-failed', { record: call.number }),
      );
  }
  return findings;
}

/** A failure that says that the log has no such thing, of sources that have answered other queries in full. */
const NO_SUCH =
  /\bno (?:such )?(?:column|field|source|table)\b|\b(?:column|field|table)\b.{0,80}\b(?:not found|does not exist)\b/i;
const isNothingLogged = (
  failed: EvidenceIndex['call'],
  asked: EvidenceIndex[],
  sources: { server: string; name: string }[],
): boolean =>
  NO_SUCH.test(failed.text.slice(0, 400)) &&
  sources
    .filter(({ server, name }) => server === failed.server && namesSource(failed.args, name))
    .every(({ server, name }) =>
      asked.some(
        ({ call }) => call.status === 'ok' && !call.truncated && call.server === server && namesSource(call.args, name),
      ),
    );

/** Whether each sentence that cites a record says that something is not known: then nothing relies on it. */
const isOwnedUpTo = (number: number, blocks: Block[]): boolean =>
  blocks.every(({ section, text, sentences }) =>
    section === 'Investigation Process'
      ? true
      : sentences
          .map(({ start, end }) => text.slice(start, end))
          .every((sentence) => !citationsIn(sentence).includes(number) || IS_GAP.test(sentence)),
  );

/** Whether each listed source that a failed call asked has given a whole answer to a later one. */
function isAskedAgain(
  failed: EvidenceIndex['call'],
  asked: EvidenceIndex[],
  sources: { server: string; name: string }[],
): boolean {
  const later = asked.filter(({ call }) => call.number > failed.number && call.status === 'ok' && !call.truncated);
  return sources
    .filter(({ server, name }) => server === failed.server && namesSource(failed.args, name))
    .every(({ server, name }) => later.some(({ call }) => call.server === server && namesSource(call.args, name)));
}

function sourceProblem(calls: EvidenceIndex[]) {
  const good = calls.filter(({ call }) => call.status === 'ok');
  if (calls.length === 0) return 'benign-source-unqueried' satisfies Reason;
  if (good.length === 0) return 'benign-source-failed' satisfies Reason;
  return good.every(({ call }) => call.truncated) ? ('benign-source-truncated' satisfies Reason) : null;
}

const lastListing = (all: EvidenceIndex[]): EvidenceIndex | undefined =>
  all.findLast(({ call }) => call.tool === 'list_sources' && call.status === 'ok');

/** The sources that the last listing named. */
function listedSources(all: EvidenceIndex[]): { server: string; name: string }[] {
  const listing = lastListing(all);
  if (!listing) return [];
  const table = listing.tables().find(({ columns }) => columns.includes('name'));
  const at = table?.columns.indexOf('name') ?? -1;
  return (table?.rows ?? []).map(({ cells }) => ({ server: listing.call.server, name: String(cells[at]) }));
}
