import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readEvidenceFile } from '../evidence/read-evidence-file';
import { checkReport } from './check-report';
import { EvidenceIndex } from './evidence-index';
import { type Ground, PLANT_KINDS, type Planted, type PlantKind, plantErrors } from './testing/plant-errors';

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/reports');
const load = (name: string, evidence = name) => ({
  name,
  markdown: fs.readFileSync(path.join(FOLDER, `${name}.md`), 'utf8'),
  evidence: readEvidenceFile(fs.readFileSync(path.join(FOLDER, `${evidence}.evidence.json`), 'utf8')).map(
    (record) => new EvidenceIndex(record),
  ),
});

const GROUNDS: [ReturnType<typeof load>, Ground][] = [
  [
    load('model-attack-chain'),
    {
      actors: ['bert-jan', 'benjamin', 'acme-platform-leave-org-role'],
      outcomes: [
        ['(TrailNotFoundException)', '(Success)'],
        ['(AccessDenied)', '(Success)'],
        ['(Client.UnauthorizedOperation)', '(Success)'],
        ['(Success)', '(AccessDenied)'],
      ],
      emptyRecord: 1,
      false: {
        'actor in prose': [
          'At 12:00:08Z on 2023-07-10 benjamin cut the event selectors of the trail [E9].',
          'benjamin called StopLogging three times [E9].',
          'The flow logs were removed when benjamin ran DeleteFlowLogs [E9].',
        ],
        'outcome in prose': [
          'StopLogging succeeded each time [E9].',
          'bert-jan called LeaveOrganization, which was granted [E9].',
          'PutEventSelectors was denied [E9].',
          'All GetPasswordData were successful [E8].',
        ],
        'number word': [
          'Nine StopLogging were tried [E9].',
          'Six of the secrets were read by aws-sdk-go-v2 within the minute, by seven AssumeRole [E8].',
        ],
        'unknown policy': [
          'Then bert-jan attached the policy AmazonS3FullAccess to the role [E9].',
          'It used the PowerUserAccess policy [E6].',
        ],
        'unknown person': [
          'The calls were made by Maria Keller [E9].',
          'The instance belongs to user Johannsen [E10].',
        ],
        'false bound': [
          'bert-jan made all of his calls through the SDK within 5 minutes [E5].',
          'The DescribeSecurityGroups calls came within 2 minutes [E4].',
        ],
        'absence contradicted': [
          'No StopLogging was called [E9].',
          'bert-jan never called DeleteFlowLogs [E9].',
          'StopLogging was called only by benjamin [E9].',
        ],
        'absence without a query': [
          'No access key was created by anyone [E4].',
          'No MFA device was removed [E11].',
          'No user was created in the account [E4].',
        ],
        'time of another event': [
          'StopLogging came first at 2023-07-10 11:57:16Z [E9].',
          'bert-jan ran DeleteFlowLogs at 2023-07-10 12:05:12Z [E9].',
        ],
        'parts of a total': [
          'Of tampering there are 16 rows: 12 by bert-jan and 5 by roles [E9].',
          'Nine refused and two granted of 12 calls [E9].',
        ],
      },
    },
  ],
  [
    load('model-benign-deployment'),
    {
      actors: ['scnr-deployer'],
      outcomes: [['(Client.InvalidParameterValue)', '(Success)']],
      emptyRecord: 12,
      false: {
        'outcome in prose': ['In this run RunInstances succeeded [E9].', 'All 22 RunInstances were accepted [E9].'],
        'number word': ['Five RunInstances failed in each run [E9].'],
        'unknown policy': [
          'The run attached AdministratorAccess policy to its role [E10].',
          'It called CreateLoginProfile [E10].',
        ],
        'unknown person': ['The pipeline was started by Peter Lang [E5].'],
        'false bound': ['The RunInstances errors came within 10 minutes [E9].'],
        'absence contradicted': ['No RunInstances was called in this run [E10].', 'CreateRole was never called [E13].'],
        'absence without a query': [
          'No sign-in to the console was made [E7].',
          'The role was never assumed by another account [E13].',
        ],
        'parts of a total': ['There are 22 rows: 13 of runs and 11 of waiters [E6].'],
      },
    },
  ],
  [
    load('invictus-day'),
    {
      actors: ['bert-jan', 'benjamin'],
      outcomes: [],
      emptyRecord: 1,
      false: {
        'outcome in prose': [
          '`StopLogging` succeeded three times [E5].',
          'The first `PutEventSelectors` was refused [E5].',
        ],
        'false bound': ['All calls of `bert-jan` came within 5 minutes [E2].'],
        'unknown policy': ['It attached the policy AmazonEC2FullAccess [E3].'],
        'absence contradicted': ['No `DeleteFlowLogs` was called [E5].'],
        'time of another event': ['`DeleteFlowLogs` was called at 2023-07-10 11:59:02Z [E5].'],
      },
    },
  ],
];

/** Of each kind at least this part is found. What is missed needs a reader who knows what the words mean. */
const FLOORS: Record<PlantKind, number> = {
  'actor in the timeline': 0.8,
  'actor in prose': 0.65,
  'outcome in the timeline': 0.65,
  'outcome in prose': 0.8,
  'time of another event': 0.6,
  'number word': 0.4,
  'technique name': 0.9,
  'record of a name': 0.5,
  'unknown policy': 0.9,
  'unknown person': 0.9,
  'false bound': 0.75,
  'absence contradicted': 0.8,
  'absence without a query': 0.6,
  'parts of a total': 0.9,
};

const MAX_OF_A_KIND = 5;

/** Of each kind a few, spread over the report. */
function spread(planted: Planted[]): Planted[] {
  return PLANT_KINDS.flatMap((kind) => {
    const all = planted.filter((one) => one.kind === kind);
    const step = Math.max(1, Math.ceil(all.length / MAX_OF_A_KIND));
    return all.filter((_, at) => at % step === 0);
  });
}

it('finds planted errors of every kind, and none in the honest text', { timeout: 400_000 }, () => {
  const rows = new Map<PlantKind, { all: number; errors: number; warnings: number; missed: string[] }>();
  for (const [{ name, markdown, evidence }, ground] of GROUNDS) {
    const before = new Set(checkReport(markdown, evidence).map(({ rule, message }) => `${rule} ${message}`));
    for (const planted of spread(plantErrors(markdown, ground))) {
      const row = rows.get(planted.kind) ?? { all: 0, errors: 0, warnings: 0, missed: [] };
      rows.set(planted.kind, row);
      const found = checkReport(planted.markdown, evidence).filter(
        ({ rule, message, line }) => line === planted.line && !before.has(`${rule} ${message}`),
      );
      row.all += 1;
      if (found.some(({ severity }) => severity === 'error')) row.errors += 1;
      else if (found.length > 0) row.warnings += 1;
      else row.missed.push(`${name}:${planted.line} ${planted.was} → ${planted.now}`);
    }
  }
  for (const kind of PLANT_KINDS) {
    const { all = 0, errors = 0, warnings = 0, missed = [] } = rows.get(kind) ?? {};
    console.log(`${kind.padEnd(26)} planted ${all}, errors ${errors}, warnings ${warnings}, missed ${missed.length}`);
    if (process.env.SHOW_MISSED) console.log(missed.map((text) => `    ${text}`).join('\n'));
  }
  const low = PLANT_KINDS.filter((kind) => {
    const { all = 0, missed = [] } = rows.get(kind) ?? {};
    return all === 0 || (all - missed.length) / all < FLOORS[kind];
  });
  expect(low).toEqual([]);
});
