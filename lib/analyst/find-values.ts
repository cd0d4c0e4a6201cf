import { asked, noteFailure } from './ask-sources';
import { type Gathered, num, text } from './case';
import { type LogSource, mentions, presence } from './queries';
import type { Context, Outcome } from './script';
import { formsOf, type Seed } from './subject';
import { readTime } from './time';

export type Hit = { value: string; as: string; n: number; first: number | null; last: number | null };
/** Shorter values stand in too many events by chance to mean anything. */
const SHORTEST = 3;
const VALUES_PER_QUERY = 12;

/**
 * Looks for values in every source: in the mapped fields first, then what was not found anywhere in the text of the events.
 * Each place is added to `gathered.presence`. Returns the seeds that no event of any source holds, in any form.
 */
export async function findValues(
  context: Context,
  gathered: Gathered,
  sources: LogSource[],
  seeds: Seed[],
  question: string,
): Promise<{ absent: Seed[]; evidence: number[] }> {
  const values = [...new Set(seeds.flatMap(formsOf))];
  if (values.length === 0 || sources.length === 0) return { absent: [], evidence: [] };
  const fields = await asked(
    context,
    gathered.steps,
    sources.map((source) => [question, presence(source, values)]),
  );
  const seen = new Set<string>();
  fields.forEach((outcome, index) => {
    const source = sources[index] as LogSource; // one answer per source asked
    noteFailure(gathered, outcome, true);
    const found = hitsOf(outcome);
    for (const { value } of found) seen.add(value);
    gathered.presence.push({ source, evidence: outcome.evidence, found });
  });
  const unseen = seeds.filter((seed) => !formsOf(seed).some((form) => seen.has(form)));
  const words = [...new Set(unseen.flatMap(formsOf))].filter((value) => value.length >= SHORTEST);
  if (words.length === 0) return { absent: [], evidence: [] };
  const chunks: string[][] = [];
  for (let at = 0; at < words.length; at += VALUES_PER_QUERY) chunks.push(words.slice(at, at + VALUES_PER_QUERY));
  const questions = sources.flatMap((source) => chunks.map((chunk) => ({ source, chunk })));
  const texts = await asked(
    context,
    gathered.steps,
    questions.map(({ source, chunk }) => ['Do these values occur anywhere in this source?', mentions(source, chunk)]),
  );
  texts.forEach((outcome, index) => {
    noteFailure(gathered, outcome, true);
    const found = hitsOf(outcome).map((hit) => ({ ...hit, as: 'text' }));
    for (const { value } of found) seen.add(value);
    const { source } = questions[index] as (typeof questions)[number]; // one answer per question
    if (found.length > 0) gathered.presence.push({ source, evidence: outcome.evidence, found });
  });
  // An absence is only claimed from queries that could have found the value.
  if (texts.some((outcome) => !outcome.ok)) return { absent: [], evidence: [] };
  const absent = unseen.filter(
    (seed) => formsOf(seed).every((form) => form.length >= SHORTEST) && !formsOf(seed).some((form) => seen.has(form)),
  );
  return { absent, evidence: texts.map(({ evidence }) => evidence) };
}

const hitsOf = (outcome: Outcome): Hit[] =>
  (outcome.table?.rows ?? [])
    .map((row) => ({
      value: text(row, 'value'),
      as: text(row, 'found_as'),
      n: num(row, 'n'),
      first: readTime(row.first),
      last: readTime(row.last),
    }))
    .filter(({ n }) => n > 0);
