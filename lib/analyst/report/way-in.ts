import { type Fact, text } from '../case';
import { isAddress } from '../find-actors';
import { BROKEN_INTO, type Finding, NEW_ADDRESS, NEW_TOGETHER } from '../finding';
import { capital } from '../grammar';
import { clock, readTime } from '../time';
import { usualAddresses } from '../usual-addresses';
import { code } from './escape';
import { few, loginOf, shortName } from './names';
import { cited, findingSentence, type Material, seriousFindings } from './parts';

/** Techniques that are a way in by themselves: a hole in a server, a package, a mail, a program that somebody was made to run. */
const ENTRY = /^T1(?:190|195|566|204|189)/;

/** How they got in, as far as the logs show; empty where nothing serious was done. */
export function wayIn(material: Material): string {
  const { judgement, gathered } = material;
  const serious = seriousFindings(judgement);
  if (judgement.classification === 'BENIGN' || serious.length === 0) return '';
  const [entry] = serious.filter(({ did }) => did.startsWith(BROKEN_INTO));
  if (entry)
    return `${cited(`A sign-in as ${few(entry.principals.map(shortName))} ${entry.did.slice(BROKEN_INTO.length).trim()}`, entry.evidence)}.`;
  const [through] = serious.filter(({ techniques, attempt }) => !attempt && techniques.some((id) => ENTRY.test(id)));
  if (through) return capital(findingSentence(through));
  const moved = judgement.findings.filter(
    ({ did, explained }) => (did === NEW_ADDRESS || did === NEW_TOGETHER) && explained === null,
  );
  if (moved.length > 0) return byCredential(material, moved);
  const usual = usualAddresses(gathered, judgement);
  if (usual.length > 0)
    return `${cited('Their own access, from an address that they had used before', usual)}; whether the owner used it, logs cannot tell.`;
  return 'The searched logs do not show it.';
}

/** "A sign-in to the console as `bob` from …": the password was enough, after some tries or at once. */
function signedIn({ cases }: Material['gathered'], places: Set<string>, place: (fact: Fact) => string): string {
  const there = cases
    .filter(({ source }) => source.mapping.schema === 'cloudtrail')
    .flatMap(({ signIns }) => signIns)
    .filter((fact) => places.has(place(fact)));
  const [success] = there.filter(({ row }) => text(row, 'outcome') === 'ok');
  if (!success) return '';
  const at = readTime(success.row.first) ?? 0;
  const failed = there.some(({ row }) => text(row, 'outcome') !== 'ok' && (readTime(row.first) ?? 0) < at);
  const who = shortName(text(success.row, 'principal'));
  return `${cited(`A sign-in to the console as ${who} from ${code(text(success.row, 'ip'))} at ${clock(at)}${failed ? ', after failed ones' : ''}`, [success.evidence])}; where the password was obtained, audit logs do not record.`;
}

/** Valid credentials at a place that is new for them: which, and where they were got, which no audit log records. */
function byCredential({ gathered }: Material, moved: Finding[]): string {
  const facts = moved.flatMap((finding) => finding.facts);
  const place = ({ row }: Fact): string => `${loginOf(text(row, 'principal'))}\n${text(row, 'ip')}`;
  const places = new Set(facts.map(place));
  const uses = gathered.cases
    .flatMap(({ who, neighbours }) => [...who, ...neighbours])
    .filter((fact) => places.has(place(fact)));
  const entered = signedIn(gathered, places, place);
  if (entered !== '') return entered;
  // What they made once they were in is no way in.
  const made = new Set(gathered.newAccess.flatMap((access) => access.made.map(({ value }) => value.toLowerCase())));
  const keys = new Map(
    uses
      .filter(({ row }) => text(row, 'key').startsWith('AKIA') && !made.has(text(row, 'key').toLowerCase()))
      .map((fact) => [text(fact.row, 'key'), fact] as const),
  );
  const from = few([...new Set(facts.map(({ row }) => text(row, 'ip')))].filter(isAddress).map((ip) => code(ip)));
  const owned = few([...keys].map(([key, { row }]) => `${code(key)} of ${shortName(text(row, 'principal'))}`));
  const names = few([...new Set(moved.flatMap(({ principals }) => principals.map(shortName)))]);
  const isOne = keys.size === 1;
  const what = keys.size > 0 ? `Access key${isOne ? '' : 's'} ${owned}` : `Valid credentials of ${names}`;
  const shown = keys.size > 0 ? [...keys.values()] : uses.length > 0 ? uses : facts;
  const evidence = [...shown.slice(0, 4), ...facts.slice(0, 4)].map((fact) => fact.evidence);
  return `${cited(`${what}, used from ${from}`, evidence)}; where ${isOne ? 'it was' : 'they were'} obtained, audit logs do not record.`;
}
