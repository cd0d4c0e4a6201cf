import { plural } from '../text/phrases';
import type { PastFacts, PastRow } from './past-evidence';

/** What a person wrote about a past case beyond what the evidence holds; sentences without their citations cite [E1]. */
export type PastWords = {
  summary: string;
  findings: string[];
  routine: { for: string[]; against: string[] };
  hostile: { for: string[]; against: string[] };
  impact: string;
  immediate: string[];
  later: string[];
  lesson: string;
};
/** `say` makes an indicator or name safe to write. */
type Teller = (facts: PastFacts, say: (name: string) => string) => PastWords;

const NOTHING = 'Nothing in the evidence speaks against it.';

const find = (rows: PastRow[], action: RegExp, outcome?: string): PastRow | undefined =>
  rows.find((row) => action.test(row.action) && (outcome === undefined || row.outcome === outcome));

/** "on 6 earlier days, 6 times in total, from the same address" of a habit that the logs show. */
function habit({ before }: PastFacts, { action, actor, place }: PastRow): string {
  const same = before.filter((row) => row.actor === actor && row.action === action && row.place === place);
  const count = same.reduce((sum, row) => sum + row.count, 0);
  const days = Math.max(0, ...same.map((row) => row.days));
  return count === 0
    ? 'not before'
    : `on ${plural(days, 'earlier day')} from the same address, ${count} times in total`;
}

const TELLERS: Record<string, Teller> = {
  'factor-reset': (facts, say) => {
    const [reset, enrolled] = [find(facts.rows, /reset_all/), find(facts.rows, /factor\.activate/)] as [
      PastRow,
      PastRow,
    ];
    return {
      summary: `${say(reset.actor)} of the help desk reset the factors of ${say(reset.target)} from the office, and the owner enrolled a new one from home [E1]. The help desk does this every few days: ${habit(facts, reset)} [E2]. The ticket named in the reset is the owner's own request, for a new phone.`,
      findings: [
        `The reset came from the office address ${say(reset.place)} [E1].`,
        `The new factor was enrolled by ${say(enrolled.actor)} from ${say(enrolled.place)} [E1].`,
      ],
      routine: { for: [`The help desk reset factors ${habit(facts, reset)} [E2].`], against: [NOTHING] },
      hostile: {
        for: ['Anyone who controls a help desk account can take over any other account this way.'],
        against: [`The new factor was enrolled by the owner, and nothing else followed the reset [E1].`],
      },
      impact: 'None. The account kept its owner.',
      immediate: ['Close the alert as a false positive.'],
      later: ['Include the ticket number in the alert, so that the next analyst doesn’t have to look it up.'],
      lesson: 'The deciding question is who enrolls the next factor, and from where. Ask it first.',
    };
  },
  'forgotten-password': ({ rows }, say) => {
    const [failed] = rows.filter(({ outcome }) => outcome === 'failed') as [PastRow];
    const changed = find(rows, /update_password/);
    return {
      summary: `${say(failed.actor)} mistyped the password ${plural(failed.count, 'time')} from ${say(failed.place)}, changed it there and passed the second factor [E1]. All of it came from one address.`,
      findings: [
        `${plural(failed.count, 'failed sign-in')} from ${say(failed.place)}, the last at ${failed.last} [E1].`,
        `The password was changed at ${changed?.first ?? failed.last} from the same address [E1].`,
      ],
      routine: {
        for: ['Failures, password change, sign-in and second factor follow each other from one address [E1].'],
        against: [NOTHING],
      },
      hostile: {
        for: ['Password guessing looks the same: failed sign-ins before a successful one.'],
        against: ['Someone guessing would not have the phone that confirmed the second factor [E1].'],
      },
      impact: 'None.',
      immediate: ['Close the alert as a false positive.'],
      later: ['Raise the alert only if the second factor is refused or missing after the failures.'],
      lesson: 'A rule that waits for the second factor would not have raised this one.',
    };
  },
  'key-rotation': (facts, say) => {
    const made = find(facts.rows, /^CreateAccessKey$/) as PastRow;
    const gone = find(facts.rows, /^DeleteAccessKey$/);
    return {
      summary: `${say(made.actor)} rotated the access key of ${say(made.target)}: it created a new one, stored it in Secrets Manager, and deactivated and deleted the old one [E1]. It did so ${habit(facts, made)} [E2].`,
      findings: [
        `The new key was created at ${made.first} from ${say(made.place)} [E1].`,
        `The old key was deleted at ${gone?.first ?? made.last} [E1].`,
      ],
      routine: { for: [`The rotation created keys ${habit(facts, made)} [E2].`], against: [NOTHING] },
      hostile: {
        for: ['Creating a key for an existing user is how an intruder keeps access.'],
        against: [
          'An intruder keeps the new key; this one went into the pipeline’s secret, and the old one was deleted [E1].',
        ],
      },
      impact: 'None. The user still has one key.',
      immediate: ['Close the alert as a false positive.'],
      later: ['Exclude the rotation’s role from the rule only together with its address, never by name alone.'],
      lesson:
        'The calls before and after the new key tell rotation from persistence; the alert shows only one of the five.',
    };
  },
  'federated-login': (facts, say) => {
    const login = find(facts.rows, /^ConsoleLogin$/) as PastRow;
    const factor = find(facts.rows, /auth_via_mfa/) as PastRow;
    return {
      summary: `${say(login.actor)} signed in to the console through single sign-on. Okta had asked for the second factor at ${factor.first}, at the same address [E1]; CloudTrail doesn't see that and records "MFA used: no". The same sign-in was seen ${habit(facts, login)} [E2].`,
      findings: [
        `The second factor was passed at ${factor.first} from ${say(factor.place)} [E1].`,
        `The console sign-in followed at ${login.first} from ${say(login.place)} [E1].`,
      ],
      routine: { for: [`The same person signed in this way ${habit(facts, login)} [E2].`], against: [NOTHING] },
      hostile: {
        for: ['A stolen session at the identity provider would look the same in CloudTrail.'],
        against: ['The factor was passed at the same address within a minute [E1].'],
      },
      impact: 'None.',
      immediate: ['Close the alert as a false positive.'],
      later: ['Limit the rule to IAM users and root: only for them does AWS itself ask for the second factor.'],
      lesson: 'For federated sign-ins, the identity provider’s log has the answer, not CloudTrail.',
    };
  },
  'auditor-share': (facts, say) => {
    const shared = find(facts.rows, /change_user_access/) as PastRow;
    return {
      summary: `${say(shared.actor)} of finance shared ${say(shared.target)} with the auditor, read-only [E1]. Finance did so ${habit(facts, shared)} [E2]. The auditor's contract is on record.`,
      findings: [`One document, ${say(shared.target)}, at ${shared.first} from the office [E1].`],
      routine: { for: [`The same person shared audit samples ${habit(facts, shared)} [E2].`], against: [NOTHING] },
      hostile: {
        for: ['The document left the organization.'],
        against: ['It went to the firm that audits the accounts, as one document and not in bulk [E1].'],
      },
      impact: 'One spreadsheet, shared with its intended reader.',
      immediate: ['Close the alert as a false positive.'],
      later: ['Add the auditor’s domain to the known partners until the contract ends.'],
      lesson: 'A list of partners with end dates would have prevented this alert.',
    };
  },
  'posture-scan': (facts, say) => {
    const scan = facts.rows[0] as PastRow;
    return {
      summary: `${say(scan.actor)} reads all users, roles and policies every night to check them against policy [E1]: ${habit(facts, scan)} [E2].`,
      findings: [`${say(scan.action)} at ${scan.first} from the scanner's own address ${say(scan.place)} [E1].`],
      routine: { for: [`The scanner did the same ${habit(facts, scan)} [E2].`], against: [NOTHING] },
      hostile: {
        for: ['An intruder makes the same call to plan the next step.'],
        against: ['Time, address and role match every other night [E1] [E2].'],
      },
      impact: 'None. The scanner is allowed to read this.',
      immediate: ['Close the alert as a false positive.'],
      later: ['Exclude the scanner’s role together with its address; from anywhere else the rule must still fire.'],
      lesson:
        'The rule is right but doesn’t know who is allowed to do this. Agree on an exclusion with the role’s owner.',
    };
  },
  'port-scan': ({ rows }, say) => {
    const [scan] = rows as [PastRow];
    return {
      summary: `${say(scan.actor)} tried ${scan.count} ports of ${say(scan.target)} from ${scan.first} to ${scan.last.slice(11)}; every packet was refused [E1]. The weeks before show no flow from it [E2].`,
      findings: [`${scan.count} flows from ${say(scan.actor)}, all of them REJECT [E1].`],
      routine: {
        for: ['Machines on the internet are scanned all the time; the firewall did its job [E1].'],
        against: ['The address is not one of the known scanners.'],
      },
      hostile: {
        for: ['A scan can be the first step of an attack.'],
        against: ['Nothing got through, and nothing followed within a day [E1].'],
      },
      impact: 'None.',
      immediate: ['Close the alert. Don’t block the address; tomorrow’s scan will come from another one.'],
      later: ['Raise the alert only if a flow from the scanning address is accepted.'],
      lesson: 'A refused scan needs no analyst; an accepted flow after one does.',
    };
  },
  'leaver-share': (facts, say) => {
    const taken = find(facts.rows, /^download$/) as PastRow;
    const shared = find(facts.rows, /change_user_access/) as PastRow;
    return {
      summary: `${say(taken.actor)} downloaded ${plural(taken.count, 'document')} in one evening, from ${taken.first} to ${taken.last.slice(11)}, and then shared ${shared.count} with a private address [E1]. The home address is the owner's usual one, so this was the owner, not an intruder [E1] [E2]. Human resources had received the owner's resignation that week.`,
      findings: [
        `${plural(taken.count, 'download')} from ${say(taken.place)} in the evening [E1].`,
        `${plural(shared.count, 'document')} shared from ${shared.first}, among them customer and price lists [E1].`,
      ],
      routine: {
        for: ['Sales staff read these documents in their work.'],
        against: [
          `The weeks before show ${earlierCount(facts, taken)} [E2]; that evening alone shows ${taken.count} [E1].`,
        ],
      },
      hostile: {
        for: [
          'Bulk download, then sharing with a private mailbox, in the evening, in the week of the resignation [E1].',
        ],
        against: [NOTHING],
      },
      impact: `Customer, price and partner data has left the organization: ${plural(shared.count, 'document')} shared, ${taken.count} downloaded to a private machine.`,
      immediate: [
        'Remove the private address’s access to the shared documents.',
        'End the account’s sessions and suspend it, in agreement with human resources.',
        'Send the list of documents to sales management and legal.',
      ],
      later: [
        'Alert on 30 or more downloads by one person within an hour.',
        'Tell security about each resignation on the day it is given.',
      ],
      lesson: 'The downloads came half an hour before the share and raised no alert; only the share did.',
    };
  },
  'open-group-deployment': (facts, say) => {
    const opened = find(facts.rows, /^AuthorizeSecurityGroupIngress$/) as PastRow;
    const made = find(facts.rows, /^CreateLoadBalancer$/);
    return {
      summary: `${say(opened.actor)} deployed a public service: it created ${say(opened.target)}, allowed HTTPS from anywhere and attached it to an internet-facing load balancer [E1]. It did so ${habit(facts, opened)} [E2]. The group's description names the change.`,
      findings: [
        `Port 443 of ${say(opened.target)} was opened at ${opened.first}, in one deployment of ${plural(facts.rows.length, 'kind')} of calls [E1].`,
        ...(made ? [`The load balancer was created at ${made.first} [E1].`] : []),
      ],
      routine: { for: [`The deployer opened such groups ${habit(facts, opened)} [E2].`], against: [NOTHING] },
      hostile: {
        for: ['The new ingress rule lets in the whole internet.'],
        against: ['Only port 443 of a load balancer is open, which is what a public service is for [E1].'],
      },
      impact: 'A public service is public, as intended.',
      immediate: ['Close the alert as a false positive.'],
      later: [
        'Exclude port 443 of groups that the deployers create for load balancers; any other port must still fire.',
      ],
      lesson: 'The same alert with another port, role or address would not be this case.',
    };
  },
};

/** "4 downloads on 2 days" of what somebody did before, from wherever. */
function earlierCount({ before }: PastFacts, { action, actor }: PastRow): string {
  const same = before.filter((row) => row.actor === actor && row.action === action);
  const days = same.reduce((sum, row) => sum + row.days, 0);
  return `${plural(
    same.reduce((sum, row) => sum + row.count, 0),
    action,
  )} on ${plural(days, 'day')}`;
}

/** The words for a kind of story; undefined: nobody has written about such a case yet. */
export function wordsFor(kind: string, facts: PastFacts, say: (name: string) => string): PastWords | undefined {
  return TELLERS[kind]?.(facts, say);
}
