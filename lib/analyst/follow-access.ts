import { asked } from './ask-sources';
import { type Fact, type Gathered, type NewAccess, num, type SourceCase, text } from './case';
import { isMaking } from './finders/persistence';
import { anyOf, rangeOf, who } from './queries';
import type { Context as Calls } from './script';
import type { Detections } from './sigma/load-rules';
import { formsOf, type Seed } from './subject';
import { readTime } from './time';

const MOST = 5;
const ACCOUNT = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const KEY = /\bkey `(AKIA[A-Z0-9]{12,20})`/;
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
    const values = made.flatMap(({ seed }) => formsOf(seed));
    const [outcome] = await asked(
      context,
      gathered.steps,
      [['Was the access that was made used?', who(item.source, { ...rangeOf(item.source), from }, anyOf(values))]],
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
  [...new Set(uses.flatMap(({ row }) => [text(row, 'login'), text(row, 'key')]))]
    .filter(Boolean)
    .map((value) => value.toLowerCase());

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
      if (!rule?.techniques.some((id) => /^T1(098|136)/.test(id))) return [];
      const [target, at] = [text(row, 'target'), readTime(row.first) ?? 0];
      const key = num(row, 'details') === 1 ? KEY.exec(text(row, 'detail'))?.[1] : undefined;
      const isSelf = target !== '' && text(row, 'principal').toLowerCase().endsWith(target.toLowerCase());
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
