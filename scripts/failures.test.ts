import { expect, it } from 'vitest';
import { browserFailures, failureLines, unitFailures } from './failures.mjs';

const unit = (name: string, tests: object[], message = '') => ({
  name: `/repo/${name}`,
  status: 'failed',
  message,
  assertionResults: tests,
});
const test = (title: string, status: string, failureMessages: string[] = []) => ({
  ancestorTitles: ['a cursor'],
  title,
  status,
  failureMessages,
});

it('names failed and flaky unit tests, and files that fail outside of their tests', () => {
  const found = unitFailures(
    {
      testResults: [
        unit('lib/a.test.ts', [
          test('opens', 'passed'),
          test('closes', 'failed', [
            '\u001b[31mAssertionError: expected 1 to be 2\u001b[39m\n    at /repo/lib/a.test.ts:3',
          ]),
          test('waits', 'passed', ['Error: too late\n    at …']),
        ]),
        unit('lib/b.test.ts', [], "\nCannot find module './c'"),
        unit('lib/d.test.ts', [test('never began', 'skipped')], 'no server'),
      ],
    },
    '/repo',
  );
  expect(failureLines(found.failed, found.flaky)).toEqual([
    'FAILED: lib/a.test.ts › a cursor › closes',
    '        AssertionError: expected 1 to be 2',
    'FAILED: lib/b.test.ts',
    "        Cannot find module './c'",
    'FAILED: lib/d.test.ts',
    '        no server',
    'Passed at the second try: lib/a.test.ts › a cursor › waits',
    '        Error: too late',
  ]);
});

it('names failed and flaky browser tests, inside of groups as well', () => {
  const spec = (title: string, status: string, ...messages: string[]) => ({
    title,
    tests: [{ status, results: messages.map((message) => ({ errors: [{ message }] })) }],
  });
  const found = browserFailures({
    errors: [{ message: 'Error: no browser' }],
    suites: [
      {
        title: 'app/queue/queue.e2e.ts',
        file: 'app/queue/queue.e2e.ts',
        specs: [
          spec('opens', 'expected'),
          spec('assigns', 'unexpected', 'Error: not seen\n\nCall log:', 'Error: again'),
        ],
        suites: [{ title: 'keys', specs: [spec('undo', 'flaky', 'Error: swallowed')] }],
      },
    ],
  });
  expect(found).toEqual({
    failed: [
      { name: 'browser tests', message: 'Error: no browser' },
      { name: 'app/queue/queue.e2e.ts › assigns', message: 'Error: not seen' },
    ],
    flaky: [{ name: 'app/queue/queue.e2e.ts › keys › undo', message: 'Error: swallowed' }],
  });
});
