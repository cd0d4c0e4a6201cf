import { asked, type Question } from './ask-sources';
import { type Context, type Fact, type Gathered, type SourceCase, text } from './case';
import { ask, type LogSource, type Range } from './queries';
import { code, defanged } from './report/escape';
import type { Context as Calls, Outcome } from './script';
import { literal } from './sql';
import { clock, readTime } from './time';

/** How long a session of single sign-on may have lasted when it is used. */
const SESSION_MS = 12 * 3_600_000;
const NEAR_MS = 3_600_000;
const MOST = 3;

type SignIn = { fact: Fact; login: string; at: number };

/**
 * Sign-ins to a console by a role say nothing of the second factor: the sign-in provider asked for it before. So its log is asked.
 */
export async function secondFactors(context: Calls, gathered: Gathered): Promise<Context[]> {
  const providers = gathered.sources.filter(({ mapping }) => mapping.schema === 'okta');
  const at = gathered.subject.at;
  if (providers.length === 0 || at === null) return [];
  const signIns = gathered.cases
    .filter(({ source }) => source.mapping.schema === 'cloudtrail')
    .flatMap((item) => federated(item, at))
    .slice(0, MOST);
  const found: Context[] = [];
  for (const provider of providers) {
    const questions = signIns.map(
      ({ login, at: time }): Question => [
        'Was a second factor passed at the sign-in provider before?',
        passed(provider, { from: time - SESSION_MS, to: time + 1000 }, login),
      ],
    );
    const outcomes = await asked(context, gathered.steps, questions, provider.name);
    found.push(...signIns.flatMap((signIn, index) => told(provider, signIn, outcomes[index])));
  }
  return found;
}

/** Sign-ins of roles around the time of the alert, by the person whose session it is. */
function federated({ signIns, who, primary }: SourceCase, at: number): SignIn[] {
  return signIns.flatMap((fact): SignIn[] => {
    const principal = text(fact.row, 'principal');
    const time = readTime(fact.row.first);
    if (time === null || Math.abs(time - at) > NEAR_MS || text(fact.row, 'outcome') !== 'ok') return [];
    if (!primary.includes(principal) || !principal.includes(':assumed-role/')) return [];
    const login = who.map(({ row }) => row).find((row) => text(row, 'principal') === principal);
    return login && text(login, 'login') !== '' ? [{ fact, login: text(login, 'login'), at: time }] : [];
  });
}

const passed = (provider: LogSource, range: Range, login: string) =>
  ask(
    provider,
    range,
    `SELECT login, action, ip, count(*) AS n, max(t) AS last FROM e
WHERE action = 'user.authentication.auth_via_mfa' AND outcome = 'ok' AND lower(login) = ${literal(login.toLowerCase())}
GROUP BY login, action, ip ORDER BY last DESC`,
    50,
  );

function told(provider: LogSource, { fact, login }: SignIn, outcome: Outcome | undefined): Context[] {
  const row = outcome?.table?.rows[0];
  const last = row && readTime(row.last);
  if (!outcome || !row || last === null || last === undefined) return [];
  const same =
    text(row, 'ip') === text(fact.row, 'ip') ? ' from the same address' : ` from ${code(defanged(text(row, 'ip')))}`;
  return [
    {
      text: `The sign-in to the console had a second factor: ${code(defanged(login))} passed it in ${code(provider.name)} at ${clock(last)}${same}`,
      evidence: [outcome.evidence, fact.evidence],
      speaksFor: 'second-factor',
    },
  ];
}
