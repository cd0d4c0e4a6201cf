import { type Fact, num, text } from '../case';
import { isRoaming, roamingOf } from '../roaming';
import { clock, HOUR, readTime, span } from '../time';
import { code } from './escape';
import { few, shortName } from './names';
import type { Material } from './parts';

/** Sign-ins belong to an alert within this time of it. */
const SIGN_INS_NEAR = HOUR;

/** "`farid.dahl` failed to sign in 5 times from `192.0.2.7`, a usual address, and then signed in": of an alert about failed sign-ins. */
export function mistypedText({ cases, subject }: Material['gathered']): { text: string; evidence: number[] } | null {
  const { at } = subject;
  if (at === null) return null;
  const isNear = ({ row }: Fact): boolean => Math.abs((readTime(row.first) ?? 0) - at) <= SIGN_INS_NEAR;
  for (const { signIns, primary, profile } of cases) {
    const near = signIns.filter((fact) => isNear(fact) && primary.includes(text(fact.row, 'principal')));
    const failed = near.find(({ row }) => text(row, 'outcome') !== 'ok');
    const then =
      failed &&
      near.find(
        ({ row }) =>
          text(row, 'outcome') === 'ok' &&
          ['principal', 'ip'].every((column) => text(row, column) === text(failed.row, column)) &&
          (readTime(row.first) ?? 0) >= (readTime(failed.row.last) ?? 0),
      );
    const usual = profile.find(
      ({ row }) =>
        failed &&
        ['principal', 'ip'].every((column) => text(row, column) === text(failed.row, column)) &&
        num(row, 'n_before') > 0,
    );
    if (!failed || !then || !usual) continue;
    const times = num(failed.row, 'n') === 1 ? 'once' : `${num(failed.row, 'n')} times`;
    const words = `${shortName(text(failed.row, 'principal'))} failed to sign in ${times} from ${code(text(failed.row, 'ip'))}, an address used on earlier days, and then signed in from there, ${span(readTime(failed.row.first) ?? 0, readTime(then.row.first) ?? 0)}`;
    return { text: words, evidence: [failed.evidence, usual.evidence] };
  }
  return null;
}

/** "account `1` assumed role `x` …": of an alert about a role that another account uses, who that is and since when. */
export function assumedText({ cases, subject }: Material['gathered']): { text: string; evidence: number[] } | null {
  if (!subject.eventNames.includes('assumerole') && !subject.alerts.some(({ title }) => /assume/i.test(title)))
    return null;
  const given = cases
    .flatMap(({ roleChains }) => roleChains)
    .filter(({ row }) => text(row, 'outcome') === 'ok' && text(row, 'principal').startsWith('account '));
  const [first] = given;
  const since = Math.min(...given.flatMap(({ row }) => readTime(row.first) ?? []));
  if (!first || !Number.isFinite(since)) return null;
  const role = text(first.row, 'role_arn').replace(/^.*\//, '');
  const words = `${shortName(text(first.row, 'principal'))} assumed role ${code(role)}, in these logs since ${clock(since)}`;
  return { text: words, evidence: [first.evidence] };
}

/** "`lena` signed in from `192.0.2.7`, an address used on earlier days and by others": what "impossible travel" mostly is. */
export function signedInText({ cases, subject }: Material['gathered']): { text: string; evidence: number[] } | null {
  const { at } = subject;
  if (at === null) return null;
  for (const { signIns, primary, profile, neighbours } of cases) {
    const isOwn = ({ row }: Fact): boolean => primary.includes(text(row, 'principal')) && text(row, 'outcome') === 'ok';
    const near = signIns.find((fact) => isOwn(fact) && Math.abs((readTime(fact.row.first) ?? 0) - at) <= SIGN_INS_NEAR);
    const ip = near ? text(near.row, 'ip') : '';
    const used = profile.find(
      ({ row }) =>
        near &&
        text(row, 'principal') === text(near.row, 'principal') &&
        text(row, 'ip') === ip &&
        num(row, 'days_before') > 1,
    );
    const roaming = roamingOf(profile);
    const tool = profile.find(
      (fact) =>
        near &&
        text(fact.row, 'principal') === text(near.row, 'principal') &&
        text(fact.row, 'ip') === ip &&
        isRoaming(fact, roaming),
    );
    if (near && !used && tool) {
      const words = `${shortName(text(near.row, 'principal'))} signed in from ${code(ip)} with ${code(text(tool.row, 'agent'), 40)}, whose address is another every day, ${clock(readTime(near.row.first) ?? 0)}`;
      return { text: words, evidence: [near.evidence, tool.evidence] };
    }
    if (!near || !used) continue;
    const others = neighbours.filter(({ row }) => text(row, 'ip') === ip && !primary.includes(text(row, 'principal')));
    const shared =
      others.length > 0
        ? ` and by ${few([...new Set(others.map(({ row }) => shortName(text(row, 'principal'))))])}`
        : '';
    const words = `${shortName(text(near.row, 'principal'))} signed in from ${code(ip)}, an address used on earlier days${shared}, ${clock(readTime(near.row.first) ?? 0)}`;
    return {
      text: words,
      evidence: [near.evidence, used.evidence, ...others.slice(0, 1).map(({ evidence }) => evidence)],
    };
  }
  return null;
}
