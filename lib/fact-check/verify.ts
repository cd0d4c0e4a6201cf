import { z } from 'zod';
import { findQuote, type Problem } from '../checks/fact-findings';
import type { Passage } from '../checks/passages';
import { findCitations } from '../report/citations';
import { maskKeys, maskSecretsIn } from '../secrets/mask-secrets';
import { storable } from '../text/canonical-json';
import { replaceUnseen } from '../text/invisible-characters';
import type { Batch } from './batches';
import type { ShownRecord } from './shown-evidence';

const Said = z.object({
  passage: z.number().int(),
  quote: z.string().min(1).max(4_000),
  record: z.number().int().nullish(),
  row: z.string().max(40_000).nullish(),
  because: z.string().min(1).max(2_000),
  verdict: z.enum(['contradicted', 'unsupported', 'fine']),
  replacement: z.string().max(2_000).nullish(),
});
const Answer = z.object({ read: z.array(z.number().int()), problems: z.array(z.unknown()) });

/** An answer as far as it can be looked up; null: it is none. */
export type Verified = { read: Passage[]; problems: Map<Passage, Problem[]>; unverifiable: number };

/**
 * What of an answer counts: a passage that was asked about, a quote that stands in it, and, for "contradicted", a row that
 * stands in the record. The rest is dropped and counted.
 */
export function verifyAnswer(args: unknown, batch: Batch, all: ShownRecord[]): Verified | null {
  const answer = Answer.safeParse(storable(maskSecretsIn(args, maskKeys)));
  if (!answer.success) return null;
  const at = (number: number) => batch.passages[number - 1];
  const read = new Set(answer.data.read.flatMap((number) => at(number) ?? []));
  const problems = new Map<Passage, Problem[]>();
  let unverifiable = 0;
  for (const item of answer.data.problems) {
    const said = Said.safeParse(item);
    const passage = said.success ? at(said.data.passage) : undefined;
    if (!said.success || !passage) {
      unverifiable += 1;
      continue;
    }
    read.add(passage);
    if (said.data.verdict === 'fine') continue;
    const problem = verifyProblem(said.data, passage, batch, all);
    if (problem) problems.set(passage, [...(problems.get(passage) ?? []), problem]);
    else unverifiable += 1;
  }
  return { read: [...read], problems, unverifiable };
}

function verifyProblem(
  said: z.infer<typeof Said>,
  passage: Passage,
  { records }: Batch,
  all: ShownRecord[],
): Problem | null {
  const { verdict } = said;
  if (verdict === 'fine' || !findQuote(passage.text, said.quote)) return null;
  const listed = all.find(({ number }) => number === said.record);
  const shown = records.find(({ number }) => number === said.record);
  const row = said.row && listed ? rowIn(said.row, [shown?.text ?? '', listed.listed]) : null;
  if (verdict === 'contradicted' && row === null) return null;
  return {
    quote: said.quote.trim(),
    verdict,
    record: listed?.number ?? null,
    row: row === null ? null : cut(row, 1_000),
    because: sentence(said.because),
    replacement: swapOf(said.replacement, passage, all),
  };
}

/** Part of a row that long may be anywhere; a shorter one must be a whole line ("13" of a count). */
const SHORTEST_PART = 8;

/** The row as it stands in a record; a model that copies its cells in another order is given the line that has them all. */
function rowIn(said: string, texts: string[]): string | null {
  const wanted = flat(said);
  if (wanted === '') return null;
  const isLong = wanted.length >= SHORTEST_PART;
  for (const text of texts) {
    if (isLong ? flat(text).includes(wanted) : text.split('\n').some((line) => flat(line) === wanted)) return wanted;
  }
  const cells = wanted.split(/[\s,]+/).filter(Boolean);
  const rows = texts.flatMap((text) => text.split(/\n(?! {2})/)).map(flat);
  return (isLong && rows.find((row) => cells.every((cell) => row.includes(cell)))) || null;
}

const flat = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** At most so many words are shown; a model is asked for 25. */
const MAX_WORDS = 40;

function sentence(text: string): string {
  const words = seen(text).split(' ');
  return cut(words.length > MAX_WORDS ? `${words.slice(0, MAX_WORDS).join(' ')}…` : words.join(' '), 400);
}

const seen = (text: string): string => flat(replaceUnseen(text, () => ' '));
const cut = (text: string, characters: number): string =>
  text.length > characters ? `${text.slice(0, characters - 1)}…` : text;

/** A swap may bring numbers and words, but no record that isn't there and no name that the case hasn't. */
function swapOf(replacement: string | null | undefined, passage: Passage, all: ShownRecord[]): string | null {
  const text = seen(replacement ?? '');
  if (text === '') return null;
  const numbers = new Set(all.map(({ number }) => number));
  if (findCitations(text).some((citation) => citation.numbers.some((number) => !numbers.has(number)))) return null;
  const known = fanged([passage.text, ...all.flatMap(({ text, listed }) => [text, listed])].join('\n'));
  return namesIn(text).every((name) => known.includes(name)) ? text : null;
}

/** Addresses, keys, accounts, paths: words with a mark inside, or of letters and digits. Times and numbers are none. */
const namesIn = (text: string): string[] =>
  fanged(text.replace(/\[E[^\]]*\]/g, ' '))
    .split(/[\s,;()"'`*]+/)
    .map((word) => word.replace(/[.:!?]+$/, ''))
    .filter((word) => /[\p{L}\p{N}][@/\\._:-][\p{L}\p{N}]/u.test(word) || (/\p{L}/u.test(word) && /\d/.test(word)))
    .filter((word) => !/^[\d,:–-]+(?:\.\d+)?z?$/.test(word) && !/^\d{4}-\d\d-\d\d[t ]?[\d:.]*z?$/.test(word))
    .filter((word) => !/^\p{Ll}+-\p{Ll}+$/u.test(word));

const fanged = (text: string): string =>
  text
    .replace(/\[(\.|:|@)\]/g, '$1')
    .replace(/hxxp/gi, 'http')
    .toLowerCase();
