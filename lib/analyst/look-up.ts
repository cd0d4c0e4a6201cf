import { asked } from './ask-sources';
import { type Fact, type Gathered, type Step, text } from './case';
import { findValues, type Hit } from './find-values';
import { anyOf, eventNames, type LogSource, rangeOf, who } from './queries';
import type { Context, Outcome } from './script';
import { formsOf, type Seed, seedsOf, subjectOfText } from './subject';

/** More names than this in one instruction are not looked up. */
const MOST = 3;

/** What a source has about one thing that an instruction names. */
export type Seen = { source: LogSource; hits: Hit[]; evidence: number[]; users: Fact[]; actions: Fact[] };
/** One thing that an instruction names; `looked`: the queries that could have found it. */
export type LookedUp = { seed: Seed; seen: Seen[]; looked: number[] };

/** Looks up what an instruction names, in every source: where it occurs, who used it and what was done with it. */
export async function lookUp(context: Context, gathered: Gathered, instruction: string): Promise<LookedUp[]> {
  const seeds = namedIn(instruction, gathered).slice(0, MOST);
  if (seeds.length === 0 || gathered.sources.length === 0) return [];
  context.stage(seeds.length === 1 ? 'Looking up what is asked about' : 'Looking up the names that are asked about');
  const steps = gathered.steps.length;
  const before = gathered.presence.length;
  await findValues(context, gathered, gathered.sources, seeds, 'Where does what is asked about occur?');
  const looked = evidenceOf(gathered.steps.slice(steps));
  const found = gathered.presence.slice(before);
  const results: LookedUp[] = [];
  for (const seed of seeds) {
    const forms = formsOf(seed);
    const places = found
      .map(({ source, evidence, found: hits }) => ({
        source,
        evidence,
        hits: hits.filter(({ value }) => forms.includes(value)),
      }))
      .filter(({ hits }) => hits.length > 0);
    const seen: Seen[] = [];
    for (const place of places) seen.push(await usesOf(context, gathered, forms, place));
    results.push({ seed, seen, looked });
  }
  return results;
}

async function usesOf(
  context: Context,
  gathered: Gathered,
  forms: string[],
  { source, evidence, hits }: { source: LogSource; evidence: number; hits: Hit[] },
): Promise<Seen> {
  const isActor = hits.some(({ as }) => as !== 'target' && as !== 'text');
  if (!isActor) return { source, hits, evidence: [evidence], users: [], actions: [] };
  const [range, where] = [rangeOf(source), anyOf(forms)];
  const [users, actions] = await asked(
    context,
    gathered.steps,
    [
      ['Who used what is asked about?', who(source, range, where)],
      ['What was done with it?', eventNames(source, range, where)],
    ],
    source.name,
  );
  const facts = (outcome: Outcome | undefined): Fact[] =>
    (outcome?.table?.rows ?? []).map((row) => ({ row, evidence: outcome?.evidence ?? 0, source }));
  return { source, hits, evidence: [evidence], users: facts(users), actions: facts(actions) };
}

const evidenceOf = (steps: Step[]): number[] => steps.map(({ outcome }) => outcome.evidence);

const ACCOUNT = /^[a-z]{1,15}[._][a-z]{3,20}$/;
const FILE = /\.(?:exe|dll|php|asp|aspx|jsp|txt|csv|log|zip|json|xml|html?|docx?|xlsx?|pdf|com|net|org|example|local)$/;

/** What a text names: indicators and quoted names, and the people of the case by their login or first name. */
function namedIn(instruction: string, { subject, cases }: Gathered): Seed[] {
  const words = new Set(instruction.toLowerCase().match(/[\p{L}\p{N}_.@+-]*[\p{L}\p{N}]/gu) ?? []);
  const logins = new Set(
    cases
      .flatMap(({ who: own, neighbours }) => [...own, ...neighbours])
      .map(({ row }) => (text(row, 'login') || text(row, 'principal').split('/').at(-1) || '').toLowerCase()),
  );
  const people = [...logins].filter((login) => {
    const name = login.split('@')[0] ?? '';
    const [first = ''] = name.split(/[._-]/);
    // A machine is called by the first part of its name.
    const [machine = ''] = /\d/.test(login) && !login.includes('@') ? login.split('.') : [];
    return (
      words.has(login) ||
      words.has(name) ||
      words.has(machine) ||
      (first.length > 3 && first !== name && words.has(first))
    );
  });
  const seeds = [
    ...seedsOf(subjectOfText(instruction, subject.at)),
    // Names as accounts have them, whether or not the case knows them: that a log doesn't is an answer.
    ...[...words]
      .filter((word) => ACCOUNT.test(word) && !FILE.test(word) && !people.some((one) => one.startsWith(word)))
      .map((value): Seed => ({ kind: 'user', value })),
    ...seedsOf(subject).filter(({ kind, value }) => {
      const [machine = ''] = value.toLowerCase().split('.');
      return (kind === 'host' || kind === 'instance') && (words.has(value.toLowerCase()) || words.has(machine));
    }),
    ...people.map((value): Seed => ({ kind: value.includes('@') ? 'email' : 'user', value })),
  ];
  return [...new Map(seeds.map((seed) => [formsOf(seed).at(-1), seed])).values()];
}
