import { isServiceAddress } from '../alerts/service-hosts';
import { type Context, type Gathered, num, type RelatedAlert, type SourceCase, text } from './case';
import { isAddress, tellingAddresses } from './find-actors';
import { code, defanged, prose } from './report/escape';
import { few, shortName } from './report/names';
import { clock, DAY, readTime } from './time';

/** Things created and taken away again by one identity, from so many of them on, look like a run that cleans up after itself. */
const CLEANED_UP = 3;

/** What a senior analyst would say first: it looks automated, the identity made it itself, other alerts belong here. */
export function noticeContext(gathered: Gathered): Context[] {
  return [...gathered.cases.flatMap(ownWork), ...relatedAlerts(gathered)];
}

function ownWork(source: SourceCase): Context[] {
  const facts = source.ownWork.filter(({ row }) => source.primary.includes(text(row, 'principal')));
  const [main] = [...facts].sort((a, b) => num(b.row, 'targets') - num(a.row, 'targets'));
  if (!main) return [];
  const own = facts.filter(({ row }) => text(row, 'principal') === text(main.row, 'principal'));
  const actions = few([...new Set(own.map(({ row }) => text(row, 'action')))].map((name) => code(name)));
  const removed = own
    .filter(({ row }) => /^(Delete|Terminate|Remove)/.test(text(row, 'action')))
    .reduce((sum, { row }) => sum + num(row, 'targets'), 0);
  const who = shortName(text(main.row, 'principal'));
  const from = clock(readTime(main.row.created) ?? 0);
  return [
    {
      text:
        removed >= CLEANED_UP
          ? `This looks like an automated deployment or an exercise: ${who} created from ${from} on what it then used and removed (${actions})`
          : `${who} had created some of what it then read or removed (${actions}) itself, from ${from} on`,
      evidence: [main.evidence],
      speaksFor: 'exercise',
    },
  ];
}

/** A name once: not its ARN beside it. */
const withoutLongForms = (values: string[]): string[] =>
  values.filter(
    (value) => !values.some((other) => other !== value && value.toLowerCase().endsWith(`/${other.toLowerCase()}`)),
  );

/** Alerts about the same entities within a day: one case, not several. */
function relatedAlerts({ relatedAlerts, subject, cases }: Gathered): Context[] {
  if (subject.at === null || subject.actors.length + subject.objects.length === 0) return [];
  // A usual address is many people's: only one that tells something makes two alerts a case.
  const telling = new Set(
    cases.flatMap(({ who, primary }) => tellingAddresses(who, primary, subject.at)).map((ip) => ip.toLowerCase()),
  );
  const ties = ({ matched }: RelatedAlert): string[] => [
    ...new Map(
      matched
        .filter((value) => !isServiceAddress(value) && (!isAddress(value) || telling.has(value.toLowerCase())))
        .map((value) => [value.toLowerCase(), value]),
    ).values(),
  ];
  const near = relatedAlerts.filter((alert) => {
    const at = readTime(alert.occurredAt);
    return alert.isOpen && ties(alert).length > 0 && at !== null && Math.abs(at - (subject.at as number)) <= DAY; // not null: looked at above
  });
  const [first] = near;
  if (!first) return [];
  const titles = [...new Set(near.map(({ title }) => `"${prose(title, 80)}"`))];
  const shared = few(withoutLongForms(ties(first)).map((value) => code(defanged(value), 60)));
  return [
    {
      text: `${near.length === 1 ? 'Another open alert' : 'Other open alerts'} of the same day ${near.length === 1 ? 'is' : 'are'} probably the same case: ${few(titles)}, also about ${shared || 'the same entities'}`,
      evidence: [first.evidence],
      speaksFor: 'case',
    },
  ];
}
