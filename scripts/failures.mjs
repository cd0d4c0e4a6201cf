// What failed, named once more for the end of `npm test`: file › name, and the first line of the message.
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** Tests run by Vitest that failed, and those that passed only at a retry, from its JSON report. */
export function unitFailures(json, root) {
  const failed = [];
  const flaky = [];
  for (const suite of json.testResults) {
    const file = path.relative(root, suite.name);
    for (const test of suite.assertionResults) {
      const name = [file, ...test.ancestorTitles, test.title].join(' › ');
      if (test.status === 'failed') failed.push({ name, message: firstLine(test.failureMessages[0]) });
      else if (test.status === 'passed' && test.failureMessages.length > 0)
        flaky.push({ name, message: firstLine(test.failureMessages[0]) });
    }
    // A file that fails outside of its tests (an import, a hook) has no failed test, and must not pass for that.
    if (suite.status === 'failed' && !suite.assertionResults.some((test) => test.status === 'failed'))
      failed.push({ name: file, message: firstLine(suite.message) });
  }
  return { failed, flaky };
}

/** The same for Playwright's JSON report. */
export function browserFailures(json) {
  const failed = json.errors.map((error) => ({ name: 'browser tests', message: firstLine(error.message) }));
  const flaky = [];
  const visit = (suite, titles) => {
    for (const spec of suite.specs ?? [])
      for (const test of spec.tests) {
        if (test.status !== 'unexpected' && test.status !== 'flaky') continue;
        const error = test.results.flatMap((result) => result.errors ?? [])[0];
        const one = { name: [...titles, spec.title].join(' › '), message: firstLine(error?.message) };
        (test.status === 'flaky' ? flaky : failed).push(one);
      }
    for (const inner of suite.suites ?? []) visit(inner, [...titles, inner.title]);
  };
  for (const suite of json.suites) visit(suite, [suite.file]);
  return { failed, flaky };
}

/** The lines above the last one; none when everything passed at the first try. */
export function failureLines(failed, flaky) {
  return [
    ...failed.flatMap((one) => [`FAILED: ${one.name}`, ...message(one)]),
    ...flaky.flatMap((one) => [`Passed at the second try: ${one.name}`, ...message(one)]),
  ];
}

const message = (one) => (one.message ? [`        ${one.message}`] : []);

/** The first line with text, without colours, at most 300 characters. */
export function firstLine(text) {
  const line = stripVTControlCharacters(text ?? '')
    .split('\n')
    .find((one) => one.trim() !== '');
  return line?.trim().slice(0, 300) ?? '';
}
