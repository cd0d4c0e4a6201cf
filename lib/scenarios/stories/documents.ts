import { HOUR, workday, workingTime } from '../calendar';
import type { LogEvent, Story } from '../event';
import type { Organization, Person } from '../organization';
import type { Random } from '../random';
import { workspace } from '../records/workspace';
import { free, planted, ruleAlert, type Telling } from './telling';

type Share = { at: number; person: Person; ip: string; title: string; outsider: string };

const share = (organization: Organization, random: Random, { at, person, ip, title, outsider }: Share): LogEvent =>
  workspace(organization, random, {
    at,
    application: 'drive',
    email: person.email,
    ip,
    type: 'acl_change',
    name: 'change_user_access',
    parameters: {
      primary_event: true,
      visibility_change: 'external',
      target_user: outsider,
      old_value: ['none'],
      new_value: ['can_view'],
      doc_id: `1${random.hex(32)}`,
      doc_type: 'spreadsheet',
      doc_title: title,
      visibility: 'shared_externally',
      owner: person.email,
    },
  });

const rule = (outsider: string, severity: 'LOW' | 'HIGH') => ({
  id: 'GSuite.Drive.ExternalShare',
  title: `Document shared with ${outsider}`,
  severity,
  description: 'A document was shared with somebody outside the organization.',
  techniques: ['T1567.002'],
});

/** Finance shares the month's figures with the auditor, as it does every week. */
export function auditorShare(telling: Telling): Story {
  const { organization, random, span, back } = telling;
  const person = free(telling, ({ team }) => team === 'finance').at(-1) as Person; // somebody is left
  const outsider = `${random.pick(['a.hart', 'j.owen', 'k.lange'])}@audit-partners.example.org`;
  const events = [0, 4, 7, 11, 14, 20].map((before) =>
    share(organization, random, {
      at: workingTime(random, workday(span, back + before), person.offset),
      person,
      ip: organization.officeIps[0] as string,
      title: `Audit sample ${random.int(1, 90)}`,
      outsider,
    }),
  );
  return {
    id: `auditor-share-${random.hex(8)}`,
    kind: 'auditor-share',
    verdict: 'BENIGN',
    truth: `${person.email} shares audit samples with ${outsider} every week.`,
    keyFacts: [person.email, outsider],
    alerts: [ruleAlert(random, rule(outsider, 'LOW'), events[0] as LogEvent)],
    events: planted('explains', person.login, events),
  };
}

/** Somebody takes a customer list and more along to a private address in the evening. */
export function leaverShare(telling: Telling): Story {
  const { organization, random, span, back } = telling;
  const person = random.pick(free(telling, ({ team }) => team === 'sales'));
  const outsider = `${person.given.toLowerCase()}${random.int(60, 99)}@example.net`;
  const start = workday(span, back) + 20 * HOUR + random.int(0, HOUR);
  const titles = [
    'Customer list 2026',
    'Price book',
    'Pipeline Q4',
    'Contract templates',
    'Key accounts',
    'Partner margins',
  ];
  const downloads = Array.from({ length: random.int(60, 90) }, (_, index) =>
    workspace(organization, random, {
      at: start + index * random.int(4000, 15_000),
      application: 'drive',
      email: person.email,
      ip: person.homeIp,
      type: 'access',
      name: 'download',
      parameters: {
        primary_event: true,
        doc_id: `1${random.hex(32)}`,
        doc_type: 'spreadsheet',
        doc_title: `${random.pick(titles)} ${index}`,
        visibility: 'private',
        owner: person.email,
      },
    }),
  );
  const shares = titles.map((title, index) =>
    share(organization, random, {
      at: start + 25 * 60_000 + index * random.int(20_000, 90_000),
      person,
      ip: person.homeIp,
      title,
      outsider,
    }),
  );
  return {
    id: `leaver-share-${random.hex(8)}`,
    kind: 'leaver-share',
    verdict: 'MALICIOUS',
    truth: `${person.email} downloaded ${downloads.length} documents in one evening and shared ${shares.length} with the private address ${outsider}.`,
    keyFacts: [person.email, outsider, 'download'],
    alerts: [ruleAlert(random, rule(outsider, 'HIGH'), shares[0] as LogEvent)],
    events: planted('attack', person.login, [...downloads, ...shares]),
  };
}
