import { COMPANIES, DEPLOY_TOOLS, FAMILY, GIVEN, REGIONS, SERVICES } from './names';
import { type Random, randomFrom } from './random';

export type Person = {
  given: string;
  name: string;
  login: string;
  email: string;
  team: 'engineering' | 'finance' | 'sales' | 'operations' | 'security' | 'helpdesk';
  /** Hours from UTC. */
  offset: number;
  homeIp: string;
  agent: string;
  oktaId: string;
};

/** An IAM user with an access key, for work that no role covers yet. */
export type IamUser = {
  name: string;
  arn: string;
  principalId: string;
  key: string;
  ip: string;
  person: Person;
};

/** A role that a program assumes; `session` gives the session's name. */
export type ServiceRole = { name: string; roleId: string; agent: string; ip: string; session: string };

export type Organization = {
  seed: string;
  company: string;
  domain: string;
  account: string;
  /** Of the vendor whose scanner may read the account. */
  vendorAccount: string;
  region: string;
  vpc: string;
  officeIps: string[];
  people: Person[];
  iamUsers: IamUser[];
  deployers: ServiceRole[];
  ciRole: ServiceRole;
  scanner: ServiceRole;
  rotation: ServiceRole;
  etl: ServiceRole;
  backup: ServiceRole;
  services: string[];
  financeBuckets: string[];
  otherBuckets: string[];
  trail: string;
  instances: { id: string; eni: string; ip: string; service: string }[];
  canonicalId: string;
  customerId: string;
};

/** An organization as the seed has it. */
export function organizationFrom(seed: string): Organization {
  const random = randomFrom(`${seed}/organization`);
  const company = random.pick(COMPANIES);
  const account = random.digits(12);
  const officeIps = [`203.0.113.${random.int(2, 120)}`, `203.0.113.${random.int(121, 250)}`];
  const people = peopleOf(random, `${company}.example.com`);
  const services = random.sample(SERVICES, 10);
  const tools = random.sample(DEPLOY_TOOLS, 3);
  const botoAgent = `Boto3/1.35.${random.int(40, 80)} md/Botocore#1.35.${random.int(40, 80)} ua/2.0 os/linux#5.10 lang/python#3.11.10 exec-env/AWS_Lambda_python3.11`;
  return {
    seed,
    company,
    domain: `${company}.example.com`,
    account,
    vendorAccount: random.digits(12),
    region: random.pick(REGIONS),
    vpc: `vpc-0${random.hex(16)}`,
    officeIps,
    people,
    iamUsers: people
      .filter(({ team }) => team === 'finance')
      .slice(0, 5)
      .map((person) => iamUserOf(random, account, person)),
    ...rolesOf(random, { tools, botoAgent, service: services[0] as string }), // ten are drawn
    services,
    financeBuckets: [`${company}-finance-statements`, `${company}-ledger-exports`],
    otherBuckets: [`${company}-web-assets`, `${company}-app-logs`, `${company}-artifacts`],
    trail: `${company}-org-trail`,
    instances: Array.from({ length: 8 }, (_, index) => ({
      id: `i-0${random.hex(16)}`,
      eni: `eni-0${random.hex(16)}`,
      ip: `10.20.${random.int(0, 15)}.${random.int(10, 240)}`,
      service: services[index % services.length] as string, // the list is not empty
    })),
    canonicalId: random.hex(64),
    customerId: `C0${random.code(7).toLowerCase()}`,
  };
}

type Tools = { tools: (typeof DEPLOY_TOOLS)[number][]; botoAgent: string; service: string };
type Roles = Pick<Organization, 'deployers' | 'ciRole' | 'scanner' | 'rotation' | 'etl' | 'backup'>;

/** The roles that programs work in. */
function rolesOf(random: Random, { tools, botoAgent, service }: Tools): Roles {
  const role = (name: string, agent: string, session: string): ServiceRole => ({
    name,
    roleId: `AROA${random.code(17)}`,
    agent,
    ip: `198.51.100.${random.int(2, 250)}`,
    session,
  });
  return {
    deployers: tools.map(({ word, agent }, index) =>
      role(
        `${random.pick(['platform', 'infra', 'network', 'core'])}-${word}-${['prod', 'shared', 'edge'][index]}`,
        agent,
        `${word}-${random.int(1000, 9999)}`,
      ),
    ),
    ciRole: role(
      `github-actions-${random.pick(['deploy', 'release'])}`,
      'aws-sdk-js/3.699.0 ua/2.0 os/linux#6.5.0 lang/js',
      'GitHubActions',
    ),
    scanner: role(
      `${random.pick(['posture', 'compliance', 'config-audit'])}-scanner-readonly`,
      botoAgent,
      'scheduled-scan',
    ),
    rotation: role('secrets-rotation-lambda', botoAgent, 'secrets-rotation'),
    etl: role(`${service}-nightly-etl`, botoAgent, 'nightly-etl'),
    backup: role('aws-backup-service-role', 'backup.amazonaws.com', 'AWSBackup-Session'),
  };
}

const TEAMS: [Person['team'], number][] = [
  ['engineering', 9],
  ['finance', 6],
  ['sales', 5],
  ['operations', 3],
  ['security', 2],
  ['helpdesk', 2],
];

function peopleOf(random: Random, domain: string): Person[] {
  const family = random.sample(FAMILY, 40);
  const given = random.sample(GIVEN, 40);
  const agents = [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0',
    'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0',
  ];
  let index = 0;
  return TEAMS.flatMap(([team, count]) =>
    Array.from({ length: count }, (): Person => {
      const [first, last] = [given[index] as string, family[index] as string]; // 40 of each, 27 people
      index += 1;
      const login = `${first}.${last}`.toLowerCase();
      return {
        given: first,
        name: `${first} ${last}`,
        login,
        email: `${login}@${domain}`,
        team,
        offset: random.pick([0, 1, 1, 2]),
        homeIp: `198.51.100.${random.int(2, 250)}`,
        agent: random.pick(agents),
        oktaId: `00u${random.hex(17)}`,
      };
    }),
  );
}

function iamUserOf(random: Random, account: string, person: Person): IamUser {
  const name = person.login;
  return {
    name,
    arn: `arn:aws:iam::${account}:user/${name}`,
    principalId: `AIDA${random.code(17)}`,
    key: `AKIA${random.code(16)}`,
    ip: person.homeIp,
    person,
  };
}

/** The people of one team. */
export const teamOf = (organization: Organization, team: Person['team']): Person[] =>
  organization.people.filter((person) => person.team === team);
