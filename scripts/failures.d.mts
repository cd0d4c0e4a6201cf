// Types for failures.test.ts; `npm test` itself runs without a compiler.
type Failure = { name: string; message: string };
type Failures = { failed: Failure[]; flaky: Failure[] };

export function unitFailures(json: { testResults: object[] }, root: string): Failures;
export function browserFailures(json: { errors: object[]; suites: object[] }): Failures;
export function failureLines(failed: Failure[], flaky: Failure[]): string[];
export function firstLine(text: string | undefined): string;
