import fs from 'node:fs';
import { AppError } from '../../errors/app-error';
import { SUITE_NAMES } from '../schema';
import { folderSuite } from './folder';
import { falsePositives, insiders } from './generated';
import { labelled, realAttacks, sigma } from './recorded';
import { type ReplayPlan, replay } from './replay';
import type { PlannedCase, SuiteInput } from './suite';

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
