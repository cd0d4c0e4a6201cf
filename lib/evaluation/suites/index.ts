import fs from 'node:fs';
import { AppError } from '../../errors/app-error';
import { SUITE_NAMES } from '../schema';
import { folderSuite } from './folder';
import { falsePositives, insiders } from './generated';
import { labelled, realAttacks, sigma } from './recorded';
import { type ReplayPlan, replay } from './replay';
import type { PlannedCase, SuiteInput } from './suite';

export const SUITES: { name: (typeof SUITE_NAMES)[number]; about: string }[] = [
  {
    name: 'false-positives',
    about: '348 security groups opened by deployers, and 58 attacks that raise the same alert',
  },
  { name: 'insider', about: '20 times three insiders who steal financial data, in weeks of ordinary work' },
  { name: 'real-attacks', about: '19 recorded attacks on AWS and Okta' },
  { name: 'labelled', about: '1,504 events with the rule that should, or should not, fire on them' },
  { name: 'sigma', about: '98 recorded Windows attacks' },
  { name: 'replay', about: 'your own approved cases, investigated again blind' },
];

/**
 * The cases of a suite by its name or folder.
 * @throws AppError not_found for a suite that does not exist
 */
export function planSuite(suite: string, input: SuiteInput, own: ReplayPlan | null): PlannedCase[] {
  switch (suite) {
    case 'false-positives':
      return falsePositives(input);
    case 'insider':
      return insiders(input);
    case 'real-attacks':
      return realAttacks(input);
    case 'labelled':
      return labelled(input);
    case 'sigma':
      return sigma(input);
    case 'replay':
      return replay(own ?? { cases: [], library: [] }, input);
    default:
      if (fs.existsSync(suite) && fs.statSync(suite).isDirectory()) return folderSuite(suite, input);
      throw new AppError('not_found', `There is no suite ${suite}. Choose ${SUITE_NAMES.join(', ')}, or a folder.`);
  }
}
