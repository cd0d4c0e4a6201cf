import { expect, it } from 'vitest';
import type { MatchedRunbook } from '../../runbooks/schema';
import type { Step } from '../case';
import type { Material } from './parts';
import { runbookAnswers } from './runbooks';

const step = (purpose: string, evidence: number, rows: number | null): Step => {
  const table =
    rows === null ? null : { columns: ['n'], rows: Array.from({ length: rows }, () => ({ n: 1 })), truncated: false };
  const outcome = { name: 'logs__query', args: {}, ok: rows !== null, text: '', evidence, structured: {}, table };
  return { purpose, source: 'log', outcome };
};
const runbook: MatchedRunbook = {
  file: 'runbooks/x.md',
  title: 'Key created',
  reasons: ['event CreateAccessKey'],
  text: '',
  questions: [
    { text: 'Who signed in | from where?', topics: ['sign-ins'] },
    { text: 'Who else used it?', topics: ['same-address'] },
    { text: 'Which hosts?', topics: ['hosts'] },
    { text: 'Which data?', topics: ['data'] },
    { text: 'What does the person say?', topics: [] },
  ],
};
const material = (runbooks?: MatchedRunbook[]): Material =>
  ({
    caseFile: { runbooks },
    gathered: {
      steps: [
        step('Who signed in, from where?', 7, 0),
        step('Who signed in, from where?', 8, 2),
        step('Who else used the same addresses or keys?', 9, 0),
        step('Which outside hosts do their changes name?', 10, null),
      ],
    },
  }) as unknown as Material; // what the section reads of it

it('says how many questions of the runbook were asked, by which records, and which are open', () => {
  const lines = runbookAnswers(material([runbook, { ...runbook, title: 'Root used' }])).split('\n');
  expect(lines).toEqual([
    'Runbook: Key created; its questions were put to the logs, except those below [E8] [E9]. Also fitting: Root used.',
    '',
    '- Open, because the queries failed: Which hosts?',
    '- Not asked of these logs: Which data?',
    '- Left to a person: What does the person say?',
  ]);
});

it('says that none could be asked', () => {
  const asked = { ...runbook, questions: runbook.questions.slice(4) };
  expect(runbookAnswers(material([asked])).split('\n')[0]).toBe(
    'Runbook: Key created; none of its questions could be asked.',
  );
});

it('says nothing without a runbook', () => {
  expect(runbookAnswers(material())).toBe('');
  expect(runbookAnswers(material([]))).toBe('');
});
