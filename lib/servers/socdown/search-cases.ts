import { z } from 'zod';
import { findEntities, refang } from '../../alerts/entities';
import type { Entity } from '../../alerts/schema';
import { AppError } from '../../errors/app-error';
import type { InvestigationItem } from '../../investigations/schema';
import { approvedCasesOfRule } from '../../library/cases-of-rule';
import { precedentVerdict, relatedInvestigations } from '../../library/related-investigations';
import { searchInvestigations } from '../../library/search-investigations';
import type { ToolContext } from './tool';

export const entities = z.array(z.string().trim().min(1).max(500)).max(50).optional();

/** What past cases are asked for by. */
export const CaseSearch = z.strictObject({
  query: z.string().max(300).optional(),
  entities,
  rule: z.string().trim().min(1).max(500).optional(),
  approved: z.boolean().default(false),
});
type CaseSearch = z.infer<typeof CaseSearch> & { limit: number };

type Found = InvestigationItem & { matchedEntities: string[]; digest?: string; sameRule?: boolean };

export const GIVE_SUBJECT = 'Give entities or a query.';
export const UNREVIEWED = 'Not approved: no verdict.';

/** Cases of the same rule that are given beside those that share an entity: a noisy rule has dozens, all alike. */
const MAX_OF_RULE = 3;

/** Cases alike, approved ones first: by entities, then by the alert's rule, then by words. */
export async function searchCases({ actor, self }: ToolContext, input: CaseSearch) {
  if (!input.query && !input.entities?.length && !input.rule) throw new AppError('bad_request', GIVE_SUBJECT);
  const exclude = self ?? undefined;
  const found = new Map<string, Found>();
  const add = (item: Found) => void (found.has(item.id) || found.set(item.id, item));
  const asked = entitiesOf(input.entities ?? []);
  // Approved ones come first, however many drafts are more alike.
  const room = Math.min(100, input.limit * 4);
  if (asked.length > 0) {
    const named = new Set((input.entities ?? []).map((value) => refang(value)));
    for (const item of await relatedInvestigations(actor, { entities: asked }, room, { exclude })) {
      // The account inside an ARN is in every case of the organisation.
      if (item.shared.every(({ kind, value }) => kind === 'account' && !named.has(value))) continue;
      add({ ...item, matchedEntities: item.shared.map(({ value }) => value) });
    }
  }
  if (input.rule)
    for (const item of await approvedCasesOfRule(actor, input.rule, MAX_OF_RULE, { exclude })) {
      found.set(item.id, { ...(found.get(item.id) ?? { ...item, matchedEntities: [] }), sameRule: true });
    }
  const byWords = input.query ? await findByWords({ actor, self }, input.query, room) : { items: [], note: undefined };
  for (const item of byWords.items) add({ ...item, matchedEntities: [] });
  const isApproved = ({ status }: Found) => status === 'approved';
  const all = [...found.values()];
  const ordered = [...all.filter(isApproved), ...(input.approved ? [] : all.filter((item) => !isApproved(item)))];
  const cases = ordered.slice(0, input.limit).map(caseFacts);
  return { cases, ...(byWords.note ? { note: byWords.note } : {}) };
}

/** Words that are tried one by one when no case has them all. */
const MAX_WORDS = 6;

/** Cases with all words; else those with most of them, and the note that says so: a model asks in whole sentences. */
async function findByWords(
  { actor, self }: Pick<ToolContext, 'actor' | 'self'>,
  query: string,
  limit: number,
): Promise<{ items: InvestigationItem[]; note: string | undefined }> {
  const search = async (q: string) =>
    (await searchInvestigations(actor, { q, limit }, { exclude: self ?? undefined })).items;
  const whole = await search(query);
  const words = [...new Set(query.match(/"[^"]+"|\S{4,}/g) ?? [])].slice(0, MAX_WORDS);
  if (whole.length > 0 || words.length < 2) return { items: whole, note: undefined };
  const hits = new Map<string, { item: InvestigationItem; words: number }>();
  for (const word of words)
    for (const item of await search(word)) hits.set(item.id, { item, words: (hits.get(item.id)?.words ?? 0) + 1 });
  // Of equals the one found first: by the rarer words' own order, the best of each search first.
  const items = [...hits.values()].sort((a, b) => b.words - a.words).map(({ item }) => item);
  const note = `No case has all of these words${items.length > 0 ? '; these have some of them, those with most first' : ''}.`;
  return { items, note };
}

/** Of a case that is not approved nothing that reads like a verdict. */
function caseFacts(item: Found) {
  const { id, codename, title, status, assessment, approvedAt, path, summary, techniques, digest, sameRule } = item;
  const facts = { id, codename, title, status, assessment, ...precedentVerdict(item), approvedAt, path };
  const matched = { matchedEntities: item.matchedEntities.slice(0, 50), ...(sameRule ? { sameRule } : {}) };
  return status === 'approved'
    ? { ...facts, summary, techniques, ...matched, digest: digest ?? '' }
    : { ...facts, summary: UNREVIEWED, ...matched };
}

/** What a plain name may be, when its form doesn't say. */
const NAMED = [
  'user',
  'host',
  'role',
  'access_key',
  'account',
  'bucket',
  'resource',
  'instance',
  'process',
  'file',
] as const;

/** Entities as they may be asked for: what each text is by its form, and each kind of plain name. Defanged ones too. */
function entitiesOf(values: string[]): Entity[] {
  const plain = values.map(refang);
  return [
    ...plain.flatMap((value) => findEntities(value)),
    ...plain.flatMap((value) => NAMED.map((kind) => ({ kind, value }))),
  ];
}
