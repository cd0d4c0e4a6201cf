import { joined } from '../../text/phrases';
import { num, text } from '../case';
import { UNEXPLAINED } from '../find-blockers';
import { isMaking } from '../finders/persistence';
import { BROKEN_INTO, type Finding, NEW_ADDRESS, NEW_TOGETHER, SEVERAL_SOURCES, USED_ACCESS } from '../finding';
import { firstActs } from '../first-acts';
import { capital, lowerFirst } from '../grammar';
import { groupBy } from '../group-by';
import { isNamedBy, sharedWords, usualFindings } from '../judge';
import { seedsOf } from '../subject';
import { clock, DAY, MINUTE, readTime, span } from '../time';
import { usualAddresses } from '../usual-addresses';
import { code, prose, shownSeed } from './escape';
import { mergedFindings } from './key-findings';
import { lastSeen } from './last-seen';
import { few, loginOf, shortName } from './names';
import {
  bullet,
  cite,
  cited,
  detailText,
  eventText,
  findingClaim,
  findingSentence,
  leadingFindings,
  type Material,
  sizeText,
  wordCount,
} from './parts';
import { firstSteps } from './recommendations';
import { assumedText, mistypedText, signedInText } from './sign-in-texts';

const MOST_WORDS = 110;
const MOST_FINDINGS = 6;

/** So many sources' records are cited for "every source": one search covers them all. */
const MOST_SOURCES = 8;

/**
 * Executive Summary: one paragraph of at most five sentences and 110 words (what happened, how sure and why, what was not looked
 * at, what to do now), then the key findings.
 */
export function writeSummary(material: Material): string {
  const { judgement } = material;
  const verdict = `**${judgement.classification}**, confidence ${judgement.confidence}.`;
  const findings =
    judgement.classification === 'BENIGN'
      ? [...usualDeeds(material), ...firstActs(material.gathered, judgement.findings).slice(0, 1)]
      : keyFindings(judgement);
  const needed = [whatHappened(material, mergedFindings(firstTold(judgement), 2)), howSure(material)];
  const [step = '', next] = firstSteps(material);
  const whole = [...needed, notLookedAt(material), step].filter(Boolean);
  // Over the limit, whether it is over is said before that every source was searched.
  const brief = [...needed, gapText(material) || ended(material), step].filter(Boolean);
  const sentences = isTooLong(whole) ? brief : whole;
  const paragraph = `${verdict} ${(withNextStep(sentences, next) ?? fitting(sentences)).join(' ')}`;
  // What the summary says first is no finding below it.
  const isFirst = judgement.classification === 'BENIGN' && isAboutFactor(material);
  const told = isFirst ? secondFactor(material.gathered) : undefined;
  // What is usual makes no case of the alerts about it.
  const others = material.gathered.context.filter(
    (one) =>
      one !== told &&
      (judgement.classification !== 'BENIGN' || (one.speaksFor !== 'case' && one.speaksFor !== 'access')) &&
      // What the gaps say too takes no deed's place.
      (findings.length < MOST_FINDINGS - 1 || (one.speaksFor !== 'log-stop' && one.speaksFor !== 'connections')) &&
      // That new access was used is a finding where it says most.
      !(one.speaksFor === 'access' && judgement.findings.some(({ did }) => did === USED_ACCESS)),
  );
  const context = others.slice(0, 2).map(({ text, evidence }) => `${cited(text, evidence)}.`);
  const lines = findings
    .slice(0, MOST_FINDINGS - context.length)
    .map(findingSentence)
    .map(capital);
  const key = [...(lines.length > 0 ? lines : [noFindings(material)]), ...context.map(capital)];
  return `${paragraph}\n\n*Key findings*\n\n${bullet(key)}`;
}

/** The same paragraph in its shortest form: the gravest deed or what is usual, a gap if there is one, and what to do now. */
export function writeShortSummary(material: Material): string {
  const { judgement, gathered } = material;
  const gap = gathered.gaps.some(({ blocks }) => blocks) ? notLookedAt(material) : '';
  const what = whatHappened(material, mergedFindings(toldFindings(judgement), 2).slice(0, 1));
  return [`**${judgement.classification}**, confidence ${judgement.confidence}.`, what, gap, firstSteps(material)[0]]
    .filter(Boolean)
    .join(' ');
}

const isTooLong = (sentences: string[]): boolean => wordCount(sentences.join(' ')) > MOST_WORDS - 3;

/** The verdict is a sentence of its own: four more. Over the word limit the longest clause lists lose their ends first. */
function fitting(sentences: string[]): string[] {
  const list = sentences.slice(0, 4);
  while (list.length > 2 && isTooLong(list)) list.splice(list.length - 2, 1);
  return list;
}

/** The paragraph with a second step in its last sentence, where the words suffice. */
function withNextStep(sentences: string[], next: string | undefined): string[] | null {
  const first = sentences.at(-1);
  if (first === undefined || next === undefined) return null;
  const longer = [...sentences.slice(0, -1), `${first.replace(/\.$/, '')}; ${lowerFirst(next)}`];
  return longer.length <= 4 && wordCount(longer.join(' ')) <= MOST_WORDS - 3 ? longer : null;
}

function whatHappened(material: Material, findings: Finding[]): string {
  const { gathered, judgement } = material;
  const alert = gathered.subject.alerts[0];
  const own = alert ? [gathered.alertEvidence[alert.id] ?? 0] : [];
  if (gathered.cases.length === 0)
    return `Not investigated: ${cited(`the alert ${alert ? `"${prose(alert.title, 100)}" ` : ''}${eventText(gathered.subject)}could not be followed into the logs`, own)}.`;
  if (judgement.classification === 'BENIGN') {
    const usual = whatIsUsual(material);
    if (usual) return `Behind the alert ${alert ? `"${prose(alert.title, 100)}"` : ''}: ${usual}.`;
  }
  if (findings.length === 0 || judgement.classification === 'BENIGN') {
    const names = few(withoutSessions([...new Set(gathered.cases.flatMap((item) => item.primary.map(shortName)))]));
    const actors = gathered.cases.slice(0, 2).flatMap(({ who }) => who.slice(0, 1).map(({ evidence }) => evidence));
    return `${cited(`The alert ${alert ? `"${prose(alert.title, 100)}" ` : ''}concerns ${names}`, [...own, ...actors])}.`;
  }
  return whatWasDone(judgement, findings);
}

/** Behind an alert that is none: what was done and is usual, a second factor that it says was missing, or a mistyped password. */
function whatIsUsual(material: Material): string | null {
  const { gathered } = material;
  const alert = gathered.subject.alerts[0];
  const own = alert ? [gathered.alertEvidence[alert.id] ?? 0] : [];
  const factor = secondFactor(gathered);
  if (factor && isAboutFactor(material))
    return cited(lowerFirst(factor.text).replace(': ', '; '), [...own, ...factor.evidence]);
  if (usualDeeds(material).length === 0) {
    const mistyped = mistypedText(gathered) ?? assumedText(gathered) ?? signedInText(gathered);
    if (mistyped) return cited(mistyped.text, [...own, ...mistyped.evidence]);
    const [first] = firstActs(gathered, material.judgement.findings);
    if (first)
      return cited(
        `${findingClaim(first)}${targetText(first, [])}, the first time in these logs${first.first === null ? '' : `, ${clock(first.first)}`}`,
        [
          ...own,
          ...first.evidence,
          ...gathered.cases.flatMap(({ profile }) => profile.slice(0, 1).map(({ evidence }) => evidence)),
        ],
      );
    return null;
  }
  const usual = usualDeeds(material).map((deed) => atAlert(deed, gathered.subject.at));
  const told = joined(
    usual.map((deed, index) => {
      const claim = `${findingClaim(deed)}${targetText(deed, material.judgement.findings)}`;
      const [before] = index === 0 ? [] : usual.slice(index - 1);
      const isSame = before?.principals.join() === deed.principals.join();
      return isSame ? claim.slice(few(deed.principals.map(shortName)).length + 1) : claim;
    }),
  );
  const times = usual.flatMap(({ first, last }) => (first === null ? [] : [first, last ?? first]));
  const when = times.length === 0 ? '' : `, ${span(Math.min(...times), Math.max(...times))}`;
  return `${cited(`${told}${when}`, [...own, ...usual.flatMap(({ evidence }) => evidence)])}${aboutText(gathered, told)}`;
}

/** An alert about a sign-in, where nothing of what was found is what it names: the second factor is its answer. */
function isAboutFactor(material: Material): boolean {
  const isNamed = isNamedBy(material.gathered.subject);
  return !usualDeeds(material).some(isNamed);
}

/** What was done, a clause for each actor with the time and the citations of their deeds. */
function whatWasDone(judgement: Material['judgement'], findings: Finding[]): string {
  const deeds = mainDeeds(findings, judgement.classification === 'MALICIOUS');
  const [entry] = deeds.filter(({ did }) => did.startsWith(BROKEN_INTO));
  const inOrderOfTelling = entry ? [entry, ...deeds.filter((deed) => deed !== entry)] : deeds;
  const actors = [...groupBy(inOrderOfTelling, ({ principals }) => principals.join()).values()];
  return `${capital(actors.map((own) => deedsOf(own, entry, judgement.findings)).join('; '))}.`;
}

/** Deeds of the same actors as one clause: "`eve` made a key, read secrets and deleted a log, 09:00:00–09:05:00Z [E7]". */
function deedsOf(deeds: Finding[], entry: Finding | undefined, all: Finding[]): string {
  const [{ principals }] = deeds as [Finding, ...Finding[]]; // groups are never empty
  const who = few([...new Set(principals.map(shortName))]);
  const told = deeds.map((deed, index) => {
    // Whoever signed in is not the owner of the account.
    if (deed === entry) return `somebody signed in as ${who} ${deed.did.slice(BROKEN_INTO.length).trim()}`;
    const claim = `${findingClaim(deed)}${amountText(deed) || targetText(deed, all)}`;
    const act = index > 0 ? claim.slice(who.length + 1) : claim;
    // What an intruder takes off is the owner's.
    return entry ? act.replace(/\btheir own\b/, 'its') : act;
  });
  const list = told.length > 2 ? `${told.slice(0, -1).join(', ')}, and ${told.at(-1)}` : told.join(' and ');
  const brief = deeds.filter(({ first, last }) => first !== null && last !== null && last - first < 2 * DAY);
  const first = Math.min(...brief.map((finding) => finding.first ?? Number.POSITIVE_INFINITY));
  const until = Math.max(...brief.map((finding) => finding.last ?? Number.NEGATIVE_INFINITY));
  const when = Number.isFinite(first) && Number.isFinite(until) ? `, ${span(first, until)}` : '';
  return `${list}${when} ${cite(deeds.flatMap(({ evidence }) => evidence))}`;
}

const secondFactor = ({ context }: Material['gathered']): Material['gathered']['context'][number] | undefined =>
  context.find(({ speaksFor }) => speaksFor === 'second-factor');

/** A person once: not beside "role `Developer` as" the same person. */
const withoutSessions = (names: string[]): string[] =>
  names.filter((name) => !names.some((other) => other.endsWith(` as ${name}`)));

/** "; the alert is about `sg-0a1b`": of several things that were acted on, the one that the alert names. */
function aboutText({ subject, presence }: Material['gathered'], told: string): string {
  const object = subject.objects.find(({ kind }) => ['resource', 'bucket', 'instance', 'file'].includes(kind));
  const where = presence.find(({ found }) => found.some(({ value }) => value === object?.value.toLowerCase()));
  if (
    !object ||
    !where ||
    told.includes(object.value) ||
    subject.alerts[0]?.title.includes(object.value) ||
    object.value.length > 80
  )
    return '';
  return `; ${cited(`the alert is about ${code(object.value)}`, [where.evidence])}`;
}

/** Of what is done again and again the one time that the alert is about. */
function atAlert(deed: Finding, at: number | null): Finding {
  const rows = deed.rows.filter(
    ({ row }) => at !== null && num(row, 'n') === 1 && Math.abs((readTime(row.first) ?? 0) - at) <= MINUTE,
  );
  const [row] = rows;
  if (rows.length !== 1 || !row) return deed;
  const time = readTime(row.row.first);
  return { ...deed, rows, facts: rows, evidence: [row.evidence], first: time, last: time };
}

/** What was found and is usual, the two that say most: what the alert is about first, then the weightiest. */
function usualDeeds({ judgement, gathered }: Material): Finding[] {
  const deeds = mergedFindings(usualFindings(gathered, judgement.findings)).slice(0, 2);
  // Where the alert's own words are about one of them, the other is beside the point.
  const about = deeds.filter((deed) => sharedWords(gathered.subject, deed) > 0);
  return about.length > 0 ? about : deeds;
}

/** " (166 `GetObject` calls, 4.5 GB from `ledgers`)" of one identity's mass read; of several the size of all together. */
function amountText({ amount, measure, principals }: Finding): string {
  if (amount === null) return '';
  const from = amount.places.length > 0 ? ` from ${few(amount.places.map((place) => code(place, 80)))}` : '';
  if (principals.length === 1) return ` (${measure}${from})`;
  return amount.bytes ? ` (${sizeText(amount.bytes)}${from})` : '';
}

/**
 * " (`bob`)": the one thing that an act was done to, if it is one, and whether the same identity had just made it; of many things how
 * many.
 */
function targetText({ kind, rows, did, principals, first }: Finding, all: Finding[]): string {
  if (kind !== 'action') return '';
  const targets = new Set(rows.map(({ row }) => text(row, 'target')));
  const [target] = targets;
  const many = Math.max(...rows.map(({ row }) => num(row, 'targets')));
  if (many > 1) return rows.length === 1 ? ` (${many} in all)` : '';
  // What an identity acts on that is itself is said in other words already.
  const isSelf = principals.some((name) => name.toLowerCase() === target?.toLowerCase());
  const [row] = rows;
  const detail = rows.length === 1 && row ? detailText(row) : '';
  if (isSelf) return detail === '' ? '' : ` (${detail.replace(/^, /, '')})`;
  if (targets.size !== 1 || !target || target.length > 60 || did.includes(target)) return '';
  const made = all.some(
    (other) =>
      other.principals.join() === principals.join() &&
      other.rows.some(
        ({ row }) =>
          isMaking(text(row, 'action')) &&
          text(row, 'target') === target &&
          text(row, 'outcome') === 'ok' &&
          (readTime(row.first) ?? 0) < (first ?? 0),
      ),
  );
  return ` (${code(target)}${detail}${made ? ', created just before' : ''})`;
}

/** What is said below the paragraph. */
const keyFindings = (judgement: Material['judgement']): Finding[] => mergedFindings(toldFindings(judgement));

/** What the first sentence tells: an attack's new address is the second sentence's. */
function firstTold(judgement: Material['judgement']): Finding[] {
  const told = toldFindings(judgement);
  const deeds = told.filter(({ did }) => did !== NEW_ADDRESS && did !== NEW_TOGETHER);
  return judgement.classification === 'MALICIOUS' && deeds.length > 0 ? deeds : told;
}

/** That several sources show the same identity is said where little else is. */
function toldFindings(judgement: Material['judgement']): Finding[] {
  const leading = leadingFindings(judgement);
  const telling = leading.filter(({ did }) => did !== SEVERAL_SOURCES);
  return telling.length > 1 ? telling : leading;
}

/** At most three deeds, the last of them what was only tried, if anything was; where from an attack came is said after them. */
function mainDeeds(findings: Finding[], isAttack: boolean): Finding[] {
  const acts = findings.filter(({ did }) => did !== NEW_ADDRESS && did !== NEW_TOGETHER);
  const told = isAttack && acts.length > 0 ? acts : findings;
  const done = told.filter(({ attempt }) => !attempt);
  const tried = told.filter(({ attempt }) => attempt);
  const chosen = done.slice(0, tried.length > 0 ? 2 : 3);
  return [...chosen, ...tried.slice(0, 3 - chosen.length)];
}

function howSure({ judgement, gathered }: Material): string {
  const { classification, reason, baselines, tactics, blockers } = judgement;
  if (reason) return `${capital(cited(reason.text, reason.evidence))}.`;
  if (classification === 'MALICIOUS') {
    const spread = tactics.length > 2 ? `, and the actions span ${joined(tactics.slice(0, 3).map(tacticName))}` : '';
    const evidence = baselines.flatMap((item) => item.evidence);
    const whose = new Set(baselines.map(({ principal }) => principal)).size > 1 ? 'these identities' : 'the identity';
    const [together] = judgement.findings.filter(({ did }) => did === NEW_TOGETHER);
    if (together) {
      const ip = code(text(together.facts[0]?.row ?? {}, 'ip'));
      const names = few([...new Set(together.principals.map(shortName).sort())]);
      return `${capital(cited(`${names} acted from ${ip}, which is new for each of them: one person may hold their credentials`, together.evidence))}.`;
    }
    const own = usualAddresses(gathered, judgement);
    if (own.length > 0)
      return `${cited(`No earlier activity of ${whose} explains this`, evidence)}; ${cited('the address is one used before, so this may be the owner', own)}.`;
    const moved = judgement.findings.filter(({ did, score }) => did === NEW_ADDRESS && score > 0);
    const movers = new Set(moved.flatMap(({ principals }) => principals.map(loginOf)));
    const addresses = [...new Set(moved.flatMap(({ facts }) => facts.map(({ row }) => text(row, 'ip'))))];
    // At the desk of somebody else it is new for the one and not for the other.
    const isOneOfMany = new Set(baselines.map(({ principal }) => loginOf(principal))).size > 1;
    if (addresses.length > 0)
      return `${cited(
        `It came from ${few(addresses.map((ip) => code(ip)))}, not seen for ${movers.size > 1 ? 'these identities' : isOneOfMany ? few([...movers]) : 'the identity'} before`,
        moved.flatMap((item) => item.evidence),
      )}.`;
    return `${cited(`No earlier activity of ${whose} explains this${spread}`, evidence)}.`;
  }
  const [blocker] = blockers;
  const why = blocker ? cited(blocker.text, blocker.evidence) : 'the findings do not settle it';
  if (gathered.cases.length === 0) return `It stays open because ${why}.`;
  const isFound = judgement.findings.some(({ score, level }) => score > 0 && level !== 'low');
  const unknown = baselines.filter((item) => item.before === 0);
  if (isFound && unknown.length > 0 && unknown.length === baselines.length)
    return `${cited(
      `The logs hold no earlier activity of ${few([...new Set(unknown.map(({ principal }) => shortName(principal)))])}, so they can't tell an attack from usual work`,
      unknown.flatMap(({ evidence }) => evidence),
    )}.`;
  if (isFound && blocker?.text === UNEXPLAINED)
    return `${cited('Nothing in the logs explains this, but it is not enough to call it an attack', blocker.evidence)}.`;
  return `It is neither confirmed as an attack nor explained: ${why}.`;
}

const tacticName = (tactic: string): string => tactic.toLowerCase().replaceAll('-', ' ');

function notLookedAt(material: Material): string {
  const searched = cited(
    'Every connected log source was searched',
    material.gathered.presence.map(({ evidence }) => evidence).slice(0, MOST_SOURCES),
  );
  const seen = gapText(material).replace(/\.$/, '') || searched;
  return `${[seen, lastSeen(material)].filter(Boolean).join('; ')}.`;
}

/** When the other side was last seen, as a sentence. */
function ended(material: Material): string {
  const last = lastSeen(material);
  return last === '' ? '' : `${capital(last)}.`;
}

/** The gravest of what could not be seen; '' where everything could. */
function gapText({ gathered }: Material): string {
  const gaps = gathered.gaps.filter((gap) => gap.blocks);
  const [first] = gaps;
  if (!first) return '';
  const more = gaps.length > 1 ? ', among other gaps' : '';
  return `Gap: ${cited(lowerFirst(first.text).replace(/\.$/, ''), first.evidence)}${more}.`;
}

function noFindings({ gathered, judgement }: Material): string {
  const searched = gathered.cases.map(({ insideEvidence }) => insideEvidence);
  if (judgement.classification === 'BENIGN')
    return `${cited('No detection rule and no behavioural finding is left unexplained in the window', searched)}.`;
  if (gathered.cases.length > 0)
    return `${cited('Only reconnaissance-level or routine activity was found in the window', searched)}.`;
  const values = seedsOf(gathered.subject)
    .slice(0, 3)
    .map((seed) => shownSeed(seed, 70));
  // What stands somewhere in the text of an event is not absent.
  if (gathered.presence.some(({ found }) => found.length > 0))
    return `${cited('What the alert names stands in events of which none says who did what', gathered.presence.map(({ evidence }) => evidence).slice(0, 6))}.`;
  return values.length === 0
    ? 'The alert names nothing that could be looked up in the logs.'
    : `${cited(`No searched source has an event about ${joined(values, 'or')}`, [...gathered.absentEvidence, ...gathered.presence.map(({ evidence }) => evidence)].slice(0, 6))}.`;
}
