import { expect, it } from 'vitest';
import { fittingCoachings } from './fitting-coachings';

const prompt = (id: string, techniques: string[]) => ({ id, label: id, instruction: id, techniques });
const PROMPTS = [prompt('any', []), prompt('data', ['T1530', 'T1567']), prompt('cloud', ['T1078.004'])];

it.each([
  [[], ['any']],
  [['T1530'], ['any', 'data']],
  [['T1567.002'], ['any', 'data']],
  [['T1078'], ['any']],
  [
    ['T1078.004', 'T1110'],
    ['any', 'cloud'],
  ],
])('a case with %j is offered %j', (techniques, ids) => {
  expect(fittingCoachings(PROMPTS, techniques).map(({ id }) => id)).toEqual(ids);
});
