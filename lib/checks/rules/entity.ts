import { fullName, techniquesIn, techniquesNamed } from '../../attack/techniques';
import { type Block, findCitations, sentenceAt } from '../blocks';
import { ADVICE, claimsOf, placeOf, plainText } from '../claims';
import type { CheckContext } from '../context';
import { type Finding, finding } from '../messages';
import { isNegated } from '../negation';
import { ACTOR_COLUMN, cellUnder, GENERIC_ACTOR } from '../statements';

/** What a name stands beside when it is one of the case. */
const THING =
  'users?|roles?|polic(?:y|ies)|groups?|buckets?|functions?|keys?|trails?|instances?|accounts?|hosts?|machines?|servers?|tables?|secrets?|parameters?|queues?|topics?|clusters?|pods?|namespaces?|containers?|process(?:es)?|services?|applications?|apps?|identit(?:y|ies)|principals?';
const CAMEL = /(?<![\p{L}\p{N}_./:@-])\p{Lu}?\p{Ll}+\p{Lu}[\p{L}]*(?![\p{L}\p{N}_/:@-]|\.\p{L})/gu;
const JOINED =
  /(?<![\p{L}\p{N}_./:@-])\p{Ll}+(?:[_.]\p{Ll}+|-\p{Ll}+-\p{Ll}+)[\p{Ll}_.-]*(?<![.-])(?![\p{L}\p{N}_/:@])/gu;
/** `bucket acme-finance`: a name of two words right behind what it names. */
const PAIRED = new RegExp(
  `\\b(?:the |a |an )?(?:${THING})\\s+[\`"“*]*(\\p{Ll}{3,}-\\p{Ll}{3,})(?![\\p{L}\\p{N}_.:/@-])(?=[\`"”*]*(?:\\s+(?:was|were|is|has|had|got|by|in|on|to|for|with|and|from)\\b|[.,;:)]|\\s*\\[|\\s*\\||$))`,
  'giu',
);
const LISTED =
  /(?<![\p{L}\p{N}_./:@-])(\p{Ll}{2,}-\p{Ll}{2,})(?:, and |, | and | or )(\p{Ll}{2,}-\p{Ll}{2,})(?![\p{L}\p{N}_/:@-]|\.\w)/gu;
const TITLE = new RegExp(
  `\\b(?:${THING}|documents?|files?|folders?|mailbox(?:es)?|named|called|titled)\\s+(?:is\\s+called\\s+)?["“](\\p{Lu}[^"”]{2,60})["”]`,
  'gu',
);
const PATH = /(?<![\p{L}\p{N}_./:@*-])\p{Ll}[\p{Ll}_-]*(?:\/\p{Ll}[\p{Ll}_-]*){2,5}(?![\p{L}\p{N}_/:@*…-])/gu;
/** Parts of words that are joined in English. */
const ENGLISH =
  /(?:^|-)(?:up|in|out|off|over|only|based|like|level|wide|side|party|time|factor|run|self|non|anti|multi|cross|single|cloud|default|shared|service|access|user|admin|read|write|high|low|long|short|well|free|owned|managed|linked|facing|specific|related|assumed|signed|scoped|less|term|day|week|month|hour|call|account|name|team|built|own|end|back|down|through|by|to|of|the)(?:-|$)/i;
const THING_BEFORE = new RegExp(`\\b(?:${THING}|named|called)\\s+[\`"“*]*$`, 'iu');
const THING_AFTER = new RegExp(`^[\`"”*]*\\s+(?:${THING})\\b`, 'iu');
const API_CALL =
  /^(?:Get|List|Describe|Put|Create|Delete|Update|Attach|Detach|Add|Remove|Start|Stop|Run|Terminate|Assume|Authorize|Revoke|Modify|Enable|Disable|Send|Set|Copy|Share|Associate|Lookup|Batch|Invoke|Publish|Restore|Reset|Register|Tag|Untag)\p{Lu}/u;
/** Names of policies that a provider keeps. */
const MANAGED_POLICY =
  /^(?:AdministratorAccess|PowerUserAccess|ReadOnlyAccess|SecurityAudit|\p{L}+FullAccess|\p{L}+ReadOnlyAccess)$/u;
const MAYBE = /\b(?:would|could|should|might|may|must|if)\b/i;
/** Products, formats and field words that reports name without evidence. */
const COMMON = new Set(
  'cloudtrail cloudwatch guardduty securityhub cloudfront cloudformation cloudshell dynamodb powershell github gitlab bitbucket javascript typescript postgresql mysql openssl openssh macos ios mitre mcafee crowdstrike sentinelone virustotal abuseipdb greynoise whois wordpress youtube linkedin paypal onedrive sharepoint outlook whatsapp opsgenie pagerduty servicenow jira hashicorp circleci githubactions teamcity devops devsecops sysmon winrm bloodhound rubeus psexec useragent useridentity sourceip eventname eventsource eventtime errorcode iam'.split(
    ' ',
  ),
);
const PERSON =
  /\b(?:user|identity|by|from|employee|colleague|person|named|developer|engineer|administrator|admin|account of|belongs to|owned by|contacted)\s+(\p{Lu}\p{Ll}{2,}(?:\s\p{Lu}\p{Ll}{2,})?)(?![\p{L}-])/gu;
const NOT_A_PERSON =
  /^(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|tor|aws|azure|google|amazon|microsoft|okta|github|terraform|ansible|jenkins|kubernetes|linux|windows|internet|europe|germany|france|russia|china|india|america|london|paris|berlin|singapore|dublin|frankfurt|virginia|oregon|ohio|cloud|console|access|security|identity|active|azure|entra|the|its|this|that|they|she|his|her)\b/i;
/** Names of countries, which logs have as codes. */
const COUNTRIES = new Set(countryNames());

/** Names that no evidence of the case has: a policy, a call, a person, an actor of the timeline. */
export function checkEntities(context: CheckContext): Finding[] {
  if (context.all.length === 0) return [];
  const seen = new Set<string>();
  return context.blocks.flatMap((block) => {
    if (block.kind === 'heading' || ADVICE.test(block.section) || block.text.length > 8000) return [];
    return [...checkNames(context, block), ...checkPersons(context, block), ...checkActorCell(context, block)].filter(
      ({ data }) => {
        const key = String(data.value).toLowerCase();
        if (seen.has(key)) return false;
        seen.add(key);
        return true;
      },
    );
  });
}

function checkNames(context: CheckContext, block: Block): Finding[] {
  const text = bareText(block);
  const paired = [...text.matchAll(PAIRED)].flatMap((match) => {
    const value = match[1] ?? '';
    const start = match.index + match[0].lastIndexOf(value);
    if (ENGLISH.test(value) || isKnown(context, value) || isNegated(text, start, start + value.length)) return [];
    if (isHypothetical(text, start)) return [];
    const place = placeOf(block, { start, end: start + value.length });
    return [finding('entity', 'warning', place, 'entity-unknown', { value })];
  });
  const found = [...text.matchAll(CAMEL), ...text.matchAll(JOINED)].flatMap((match) => {
    const value = match[0];
    const [start, end] = [match.index, match.index + value.length];
    if (value.length < 6 || COMMON.has(value.toLowerCase()) || techniquesNamed(value).length > 0) return [];
    if (isKnown(context, value) || isNegated(text, start, end) || isHypothetical(text, start)) return [];
    const isThing =
      THING_BEFORE.test(text.slice(Math.max(0, start - 30), start)) || THING_AFTER.test(text.slice(end, end + 30));
    const isCamel = /\p{Lu}/u.test(value);
    const isPolicy = MANAGED_POLICY.test(value) && !MAYBE.test(sentenceOf(block, start));
    // Two words that are joined may be one word of English; a name that is joined twice is a system's.
    if (!isCamel && !isThing) return [];
    if (isCamel && !isThing && !isPolicy && !API_CALL.test(value)) return [];
    const severity = isCamel ? 'error' : 'warning';
    return [finding('entity', severity, placeOf(block, { start, end }), 'entity-unknown', { value })];
  });
  return [
    ...found,
    ...paired,
    ...checkListed(context, text, block),
    ...checkPaths(context, text, block),
    ...checkTitles(context, text, block),
  ];
}

/** `stripe-live and vault-unseal`: of two names in a list one is of the case, the other of nothing. */
function checkListed(context: CheckContext, text: string, block: Block): Finding[] {
  return [...text.matchAll(LISTED)].flatMap((match) => {
    const names = [match[1] ?? '', match[2] ?? ''];
    const [first, second] = names.map((name) => isKnown(context, name));
    const value = first ? names[1] : names[0];
    if (first === second || !value || ENGLISH.test(value)) return [];
    const start = match.index + (first ? match[0].length - value.length : 0);
    if (isNegated(text, start, start + value.length) || isHypothetical(text, start)) return [];
    return [
      finding('entity', 'warning', placeOf(block, { start, end: start + value.length }), 'entity-unknown', { value }),
    ];
  });
}

/** `the account "Service Desk"`: what something of the case is called, in quotation marks. */
function checkTitles(context: CheckContext, text: string, block: Block): Finding[] {
  return [...text.matchAll(TITLE)].flatMap((match) => {
    const value = match[1] ?? '';
    const start = match.index + match[0].indexOf(value);
    const end = start + value.length;
    if (isKnown(context, value) || isNegated(text, start, end) || isHypothetical(text, start)) return [];
    return [finding('entity', 'warning', placeOf(block, { start, end }), 'entity-unknown', { value })];
  });
}

/** `prod/payments/database`: a path of a system's names, of which only the beginning and the end are anywhere. */
function checkPaths(context: CheckContext, text: string, block: Block): Finding[] {
  return [...text.matchAll(PATH)].flatMap((match) => {
    const value = match[0];
    const [start, end] = [match.index, match.index + value.length];
    const parts = value.split('/');
    const isOfSystem = context.all.some((record) => record.has(`${parts[0]}/`) && record.has(`/${parts.at(-1) ?? ''}`));
    if (!isOfSystem || isKnown(context, value) || isNegated(text, start, end) || isHypothetical(text, start)) return [];
    return [finding('entity', 'error', placeOf(block, { start, end }), 'entity-unknown', { value })];
  });
}

/** "Credentials from Password Stores" is a technique's name where its id, or the whole of it, stands there. */
const isOfTechnique = (text: string, value: string): boolean =>
  techniquesNamed(value).length > 0 || techniquesIn([text]).some((id) => fullName(id).includes(value));

function checkPersons(context: CheckContext, block: Block): Finding[] {
  const text = bareText(block);
  return [...text.matchAll(PERSON)].flatMap((match) => {
    const value = match[1] ?? '';
    const start = match.index + match[0].length - value.length;
    const parts = value.toLowerCase().split(' ');
    if (
      NOT_A_PERSON.test(value) ||
      COUNTRIES.has(value.toLowerCase()) ||
      isOfTechnique(text, value) ||
      isKnown(context, value)
    )
      return [];
    if (parts.some((part) => context.all.some((record) => record.hasName(part)) || context.known.hasName(part)))
      return [];
    if (isNegated(text, start, start + value.length) || isHypothetical(text, start)) return [];
    return [
      finding('entity', 'warning', placeOf(block, { start, end: start + value.length }), 'entity-unknown', { value }),
    ];
  });
}

/** An actor of the timeline is a name that the evidence has, or a general word. */
function checkActorCell(context: CheckContext, block: Block): Finding[] {
  if (block.kind !== 'row' || !/timeline/i.test(block.section) || block.cited.length === 0) return [];
  const cell = cellUnder(block, ACTOR_COLUMN);
  if (!cell) return [];
  const value = plainText(cell.text).text.replace(/[*_`]/g, '').trim();
  if (/\s/.test(value) || value.length < 3 || GENERIC_ACTOR.test(value) || isKnown(context, value)) return [];
  if (claimsOf(block).some(({ start, end }) => start < cell.end && end > cell.start)) return [];
  const parts = value.split(/[/@\\]/).filter((part) => part.length > 2);
  if (parts.every((part) => isKnown(context, part))) return [];
  const start = cell.start + cell.text.indexOf(cell.text.trim());
  return [
    finding('entity', 'error', placeOf(block, { start, end: start + cell.text.trim().length }), 'entity-unknown', {
      value,
    }),
  ];
}

function countryNames(): string[] {
  const names = new Intl.DisplayNames(['en'], { type: 'region' });
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  return letters.flatMap((first) => letters.map((second) => names.of(first + second)?.toLowerCase() ?? ''));
}

const isKnown = ({ all, known }: CheckContext, value: string): boolean =>
  known.has(value) || all.some((record) => record.has(value));

const isHypothetical = (text: string, start: number): boolean =>
  /\b(?:would|could|should|might|may|must|if|e\.g\.|such as|like|including|alert on|monitor|deny|block|restrict)\b[^.]{0,120}$/i.test(
    text.slice(Math.max(0, start - 140), start),
  );

const sentenceOf = (block: Block, offset: number): string => {
  const { start, end } = sentenceAt(block, offset);
  return block.text.slice(start, end);
};

/** Without code, links and citations, which other rules read. */
function bareText(block: Block): string {
  const blank = (part: string) => ' '.repeat(part.length);
  const text = block.text.replace(/`[^`]*`|\]\([^)\s]*\)|https?:\S+|hxxps?\S+/g, blank);
  return findCitations(text).reduce(
    (rest, { start, end }) => rest.slice(0, start) + blank(rest.slice(start, end)) + rest.slice(end),
    text,
  );
}
