import { plural } from '../../text/phrases';
import { type Fact, type Gathered, num, type SourceCase, targetsOf, text } from '../case';
import { BROKEN_INTO, type Finding, NEW_ADDRESS, WEIGHTS } from '../finding';
import { code, defanged } from '../report/escape';
import { few, shortName } from '../report/names';
import { cite } from '../report/parts';
import { clock, HOUR, span } from '../time';
import { behaviour, firstOf, total } from './finder';
import { TUNNELLED } from './tunnels';

/** Acts that nothing explains, of one of these techniques. */
const open = (findings: Finding[], techniques: RegExp): Finding[] =>
  findings.filter(
    ({ kind, attempt, explained, techniques: own }) =>
      kind === 'action' && !attempt && explained === null && own.some((id) => techniques.test(id)),
  );

const principalOf = ({ row }: Fact): string => text(row, 'principal');
const hostOf = ({ row }: Fact): string => /\bhost `([^`]+)`/.exec(text(row, 'settings'))?.[1] ?? text(row, 'principal');

/** A program that somebody was made to run, then a remote access tool on the same machine: whoever sits at its other end has it. */
export function remoteControl(findings: Finding[]): Finding[] {
  const lures = open(findings, /^T1(?:204|566)/).flatMap(({ facts }) => facts);
  const tools = open(findings, /^T1219/).flatMap(({ facts }) => facts);
  const done = new Set<string>();
  return tools.flatMap((tool) => {
    const host = hostOf(tool);
    const lure = lures.find(
      (fact) => hostOf(fact) === host && firstOf(fact) <= firstOf(tool) && firstOf(fact) >= firstOf(tool) - HOUR,
    );
    if (!lure || done.has(host)) return [];
    done.add(host);
    const program = text(tool.row, 'agent');
    const through = findings
      .filter(({ kind, explained }) => kind === 'action' && explained === null)
      .flatMap(({ facts }) => facts)
      .filter(({ row }) => program !== '' && text(row, 'action').includes(`by ${program})`));
    const commands = [...new Set(through.map(({ row }) => text(row, 'target')))].map((one) => code(one, 120));
    const after =
      through.length === 0
        ? ''
        : `; ${few(commands)} ${commands.length > 1 ? 'were' : 'was'} started through it, ${span(Math.min(...through.map(firstOf)), Math.max(...through.map(firstOf)))} ${cite(through.map(({ evidence }) => evidence))}`;
    return [
      {
        ...behaviour(
          'critical',
          ['T1219', 'T1204.002'],
          `was taken over with a remote access tool (${code(program)})`,
          [lure, tool, ...through],
          `${code(host)} was taken over with a remote access tool: ${shortName(principalOf(lure))} ran ${code(text(lure.row, 'target'), 100)} at ${clock(firstOf(lure))}, ${code(program)} started at ${clock(firstOf(tool))} ${cite([lure.evidence, tool.evidence])}${after}.`,
          'Isolate the machine, and keep its memory before the remote access tool is removed',
        ),
        principals: [host],
      },
    ];
  });
}

/**
 * Tickets for many service accounts, then one of these accounts at work from the machine that asked for them: its password was guessed from
 * its ticket.
 */
export function roastedAccounts(cases: SourceCase[], findings: Finding[]): Finding[] {
  const asked = findings.filter(({ techniques, explained }) => explained === null && techniques.includes('T1558.003'));
  return asked.flatMap(({ facts }) => {
    const [request] = facts as [Fact]; // a correlation has its row
    const [by, from] = [text(request.row, 'k0').replace(/@.*$/, ''), text(request.row, 'k1').replace(/^::ffff:/i, '')];
    const used = cases
      .flatMap((source) => source.moves)
      .filter(
        (fact) =>
          text(fact.row, 'ip') === from &&
          firstOf(fact) >= firstOf(request) &&
          principalOf(fact).toLowerCase() !== by.toLowerCase(),
      );
    return [...new Set(used.map(principalOf))].map((account) => {
      const own = used.filter((fact) => principalOf(fact) === account);
      const [first] = own as [Fact]; // of those that are there
      const guessed = behaviour(
        'critical',
        ['T1558.003', 'T1078'],
        `${BROKEN_INTO} from the machine that had requested its ticket`,
        [...own, request],
        `${shortName(account)} was signed in to ${code(text(first.row, 'target'), 80)} from ${code(defanged(from))} at ${clock(firstOf(first))}, where ${shortName(by)} had requested tickets for service accounts at ${clock(firstOf(request))} ${cite([first.evidence, request.evidence])}: its password was probably guessed from its ticket.`,
        `Change the password of ${shortName(account)}, end its sessions, and isolate the machine at ${code(defanged(from))}`,
      );
      return { ...guessed, principals: [account] };
    });
  });
}

/** A rule that hides the answers, mail about payments, and an address that is new for the mailbox: each alone may be the owner's. */
export function paymentFraud(findings: Finding[]): Finding[] {
  const moved = findings.filter(({ did, score }) => did === NEW_ADDRESS && score > 0).flatMap(({ facts }) => facts);
  const isThere = (fact: Fact): boolean =>
    moved.some((one) => principalOf(one) === principalOf(fact) && text(one.row, 'ip') === text(fact.row, 'ip'));
  const hidden = open(findings, /^T1564\.008/).flatMap(({ facts }) => facts.filter(isThere));
  const sent = open(findings, /^T1534/).flatMap(({ facts }) => facts.filter(isThere));
  return [...new Set(hidden.map(principalOf))].flatMap((who) => {
    const [rules, mails] = [hidden, sent].map((facts) => facts.filter((fact) => principalOf(fact) === who)) as [
      Fact[],
      Fact[],
    ];
    const [rule, mail] = [rules[0], mails[0]];
    if (!rule || !mail) return [];
    const subjects = [...new Set(mails.flatMap(({ row }) => targetsOf(row)))].map((subject) => code(subject, 80));
    return [
      behaviour(
        'critical',
        ['T1657', 'T1564.008'],
        `sent ${plural(total(mails), 'mail')} about payments, with a rule that hides the answers`,
        [rule, ...mails],
        `${shortName(who)} made a rule that hides mail at ${clock(firstOf(rule))} and sent mail about payments from ${clock(firstOf(mail))} on (${few(subjects)}), both from the new address ${code(defanged(text(rule.row, 'ip')))} ${cite([rule, ...mails].map(({ evidence }) => evidence))}: this is how payments are turned to another account.`,
        'Tell finance and whoever received the mail by telephone, and stop payments to the account that it names',
      ),
    ];
  });
}

/** A role for workflows that was assumed for one that had never had it, and then read credentials. */
export function strangeWorkflow({ cases }: Gathered, findings: Finding[]): Finding[] {
  const reads = open(findings, /^T1(?:552|555)/);
  return cases.flatMap(({ roleChains, window }) => {
    const federated = roleChains.filter(
      ({ row }) => text(row, 'action') === 'AssumeRoleWithWebIdentity' && text(row, 'outcome') === 'ok',
    );
    const isBefore = (fact: Fact): boolean => firstOf(fact) < window.from;
    const used = federated.filter((fact) => !isBefore(fact) && firstOf(fact) <= window.to);
    const done = new Set<string>();
    return used.flatMap((fact) => {
      const role = text(fact.row, 'role_arn');
      const before = federated.filter((other) => text(other.row, 'role_arn') === role && isBefore(other));
      const isKnown = before.some((other) => principalOf(other) === principalOf(fact));
      const name = role.replace(/^.*\//, '');
      const read = reads
        .flatMap(({ facts }) => facts)
        .filter(
          (one) =>
            principalOf(one).endsWith(`:assumed-role/${name}`) &&
            firstOf(one) >= firstOf(fact) &&
            firstOf(one) <= firstOf(fact) + HOUR,
        );
      const days = new Set(before.map((other) => clock(firstOf(other)).slice(0, 10))).size;
      if (isKnown || days < LEAST_DAYS || read.length === 0 || done.has(principalOf(fact))) return [];
      done.add(principalOf(fact));
      const others = [...new Set(before.map(principalOf))].slice(0, 1).map((one) => code(one, 90));
      return [
        behaviour(
          'critical',
          ['T1078.004', 'T1552'],
          `was assumed for another workflow than before (${code(principalOf(fact), 90)}), which read secrets`,
          read,
          `${shortName(principalOf(read[0] as Fact))} was assumed for ${code(principalOf(fact), 90)} at ${clock(firstOf(fact))} and then read secrets ${cite([fact.evidence, ...read.map(({ evidence }) => evidence)])}; until then it was assumed for ${others.join('')} ${cite(before.slice(0, 1).map(({ evidence }) => evidence))}.`,
          `Limit the trust policy of the role ${code(name)} to the branch that deploys (condition on \`sub\`), and look at what the workflow ran`,
        ),
      ];
    });
  });
}

/** Days on which others assumed a role before a stranger is one. */
const LEAST_DAYS = 3;

/** What the log shows of a tunnel and what a detector reported by itself name one domain: each alone may err, both together hardly. */
export function confirmTunnels({ subject }: Gathered, findings: Finding[]): void {
  const named = subject.objects.filter(({ kind }) => kind === 'domain').map(({ value }) => value.toLowerCase());
  for (const finding of findings.filter(({ did, level }) => did.startsWith(TUNNELLED) && level === 'critical')) {
    const [fact] = finding.facts as [Fact]; // a tunnel has its row
    const domain = text(fact.row, 'target');
    if (!named.some((name) => name === domain || name.endsWith(`.${domain}`))) continue;
    finding.score = WEIGHTS.critical + WEIGHTS.high;
    finding.sentence = `${code(defanged(text(fact.row, 'ip')))} asked for ${plural(num(fact.row, 'names_asked'), 'different name')} under ${code(defanged(domain))}, ${num(fact.row, 'length')} characters long on average, ${span(finding.first ?? 0, finding.last ?? 0)}, and nobody had asked for it before ${cite([fact.evidence])}: data left in them, as the alert reports.`;
  }
}
