import { asked } from './ask-sources';
import { type Fact, type Gathered, type NewAccess, num, type SourceCase, text } from './case';
import { isMaking } from './finders/persistence';
import { anyOf, rangeOf, who } from './queries';
import type { Context as Calls } from './script';
import type { Detections } from './sigma/load-rules';
import { literal } from './sql';
import { formsOf, type Seed } from './subject';
import { readTime } from './time';

const MOST = 5;
/** An identity provider that is rolled out has everybody for a user: those who used it most tell what it is. */
const MOST_USERS = 10;
/** Shorter names stand in too many events by chance. */
const SHORTEST_NAME = 4;
const ACCOUNT = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const KEY = /\bkey `(AKIA[A-Z0-9]{12,20}|[0-9a-f]{40})`/;
/** Whoever holds an identity provider signs in as anybody. */
const PROVIDER = 'T1484.002';
const SIGNS_IN = 'auth|sign.?in|log.?in|session|AssumeRoleWith';
/** Of IAM: letters, digits and few signs, no path. */
const USER_NAME = /^[\w.+=,-]{3,64}$/;

/**
 * What was made in the case and lets somebody in, an account or a key: whether it was used, asked of the source that it was made in.
 * Whoever used it belongs to the case.
 */
export async function followAccess(context: Calls, gathered: Gathered): Promise<void> {
  for (const item of gathered.cases) {
    const made = madeIn(item, gathered.detections);
    if (made.length === 0) continue;
    const from = Math.min(...made.map((one) => one.at));
    const values = made.flatMap(({ seed }) => (seed.kind === 'resource' ? [] : formsOf(seed)));
    const through = made
      .filter(({ seed }) => seed.kind === 'resource')
      .map(({ seed }) => `contains(lower(coalesce(params, '')), ${literal(seed.value.toLowerCase())})`);
    const where = [
      ...(values.length > 0 ? [anyOf(values)] : []),
      ...(through.length > 0 ? [`(regexp_matches(action, '${SIGNS_IN}', 'i') AND (${through.join(' OR ')}))`] : []),
    ].join(' OR ');
    const [outcome] = await asked(
      context,
      gathered.steps,
      [['Was the access that was made used?', who(item.source, { ...rangeOf(item.source), from }, where)]],
      item.source.name,
    );
    if (!outcome?.ok) continue;
    const uses = (outcome.table?.rows ?? []).map(
      (row): Fact => ({ row, evidence: outcome.evidence, source: item.source }),
    );
    gathered.newAccess.push({
      made: made.map(({ seed }) => seed),
      uses,
      source: item.source,
      evidence: outcome.evidence,
    });
  }
}

/** What somebody else used of it, as values that the case of its source is widened by. */
export const usedAccess = ({ uses }: NewAccess): string[] =>
  [...new Set(uses.slice(0, MOST_USERS).flatMap(({ row }) => [text(row, 'login'), text(row, 'key')]))]
    .filter(Boolean)
    .map((value) => value.toLowerCase());

/** Those of the things made that were used: accounts and keys by their own name, what lets others in by anybody else's. */
export function usedOf(made: Seed[], uses: Fact[]): Seed[] {
  const names = uses.map(({ row }) => [text(row, 'login'), text(row, 'key')].map((name) => name.toLowerCase()));
  const isOwn = ({ value }: Seed, use: string[]): boolean =>
    formsOf({ kind: 'user', value }).some((form) => use.includes(form));
  const others = names.filter((use) => !made.some((seed) => seed.kind !== 'resource' && isOwn(seed, use)));
  const used = made.filter((seed) =>
    seed.kind === 'resource' ? others.length > 0 : names.some((use) => isOwn(seed, use)),
  );
  return used.length > 0 ? used : made;
}

/** Whether an identity did the same on several days before the case. */
export const isUsualAct = ({ profile }: SourceCase, { row }: Fact): boolean =>
  profile.some(
    (known) =>
      text(known.row, 'principal') === text(row, 'principal') &&
      text(known.row, 'action') === text(row, 'action') &&
      num(known.row, 'days_before') > 1,
  );

/** Accounts made or given rights, and keys made, by acts that succeeded and are no habit. */
function madeIn(item: SourceCase, { rules }: Detections): { seed: Seed; at: number }[] {
  const { episodes, source } = item;
  const found = episodes
    .filter((fact) => text(fact.row, 'outcome') === 'ok' && !isUsualAct(item, fact))
    .flatMap(({ row }): { seed: Seed; at: number }[] => {
      const rule = rules.get(text(row, 'rule'));
      if (!rule) return [];
      const isProvider = rule.techniques.includes(PROVIDER);
      if (!isProvider && !rule.techniques.some((id) => /^T1(098|136)/.test(id))) return [];
      const [target, at] = [text(row, 'target'), readTime(row.first) ?? 0];
      const key = num(row, 'details') === 1 ? KEY.exec(text(row, 'detail'))?.[1] : undefined;
      const isSelf = target !== '' && text(row, 'principal').toLowerCase().endsWith(target.toLowerCase());
      if (isProvider) return target.length < SHORTEST_NAME ? [] : [{ seed: { kind: 'resource', value: target }, at }];
      const isGrave = rule.level === 'high' || rule.level === 'critical';
      return [
        ...(ACCOUNT.test(target) && isGrave && !isSelf
          ? [{ seed: { kind: 'email', value: target } as const, at }]
          : []),
        ...(isMaking(text(row, 'action')) && USER_NAME.test(target) && source.mapping.schema === 'cloudtrail'
          ? [{ seed: { kind: 'user', value: target } as const, at }]
          : []),
        ...(key ? [{ seed: { kind: 'access_key', value: key } as const, at }] : []),
      ];
    });
  return [...new Map(found.map((one) => [one.seed.value.toLowerCase(), one])).values()].slice(0, MOST);
}
