import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { type Draft, findingsIn, investigateLogs, testLogs } from './testing/investigate-logs';

const OKTA = path.resolve(import.meta.dirname, '../../fixtures/real-logs/panther-okta-admin-takeover/okta.jsonl');
const alert = {
  at: '2021-06-26T21:27:03Z',
  entities: [{ kind: 'email', value: 'jack.naglieri@runpanther.io' } as const],
};

const { toolbox, logs } = testLogs();
let report: string;
beforeAll(async () => {
  await logs.replace(toolbox, fs.readFileSync(OKTA, 'utf8').trim().split('\n'));
  report = (await investigateLogs(toolbox, logs, alert)).report;
}, 120_000);

const ask = (question: string): Promise<Draft> => investigateLogs(toolbox, logs, alert, question, { markdown: report });

it.each([
  ['Why is this malicious?', /^MALICIOUS with confidence \d+, on these findings\. A brute-force attempt/],
  ['How sure are we?', /^MALICIOUS with confidence \d+/],
  ['When did it start?', /^The earliest act that counts is at 2021-06-25 21:27:03Z/],
  ['Did the attempts succeed?', /Succeeded: A brute-force attempt on .* succeeded/],
  ['Is there any persistence, a back door?', /granted administrator rights.*`thomas12223391@gmail\.com`/],
  ['Which accounts were created?', /created an account/],
  [
    'Was logging tampered with?',
    /^No act against logging or security tools is among the findings of the window \[E\d+\]/,
  ],
  ['What should we do first?', /Reset the password and factors of `jack\.naglieri@runpanther\.io`/],
  ['Have we seen this before?', /^(?:No past case|\d+ (?:past case|other alert))/],
  ['Compare with the last case', /^(?:No past case|\d+ (?:past case|other alert))/],
  ['Is it the same person?', /^Probably (?:one person|not the owner): .* never who sat there: ask the owners\.$/],
  ['How did they get in?', /^A sign-in as `jack\.naglieri@runpanther\.io` .*\[E\d+\]/],
  ['Is it over?', /(?:last seen|still active|ends) at .* A log shows what was done, not that nobody comes back\.$/],
  ['What did they take?', /^What was found is of another kind: .*`jack\.naglieri@runpanther\.io`.*\[E\d+\]/],
  [
    'Could this have been the pentest?',
    /in tickets and calendars, which are not connected: ask whoever runs such tests\.$/,
  ],
  ['How many accounts are affected?', /^The findings that count are about .*`jack\.naglieri@runpanther\.io`.*\[E\d+\]/],
  ['Write it for my manager', /^This is an attack, as far as the logs tell \(confidence \d+ of 100\)\. .* To do now: /],
])(
  'answers "%s" in its first sentence and changes nothing',
  async (question, answer) => {
    const draft = await ask(question);
    expect(draft.lastWords).toMatch(answer);
    expect(draft.edits).toEqual([]);
    // What is said is as provable as what is written.
    expect(findingsIn(draft.lastWords, draft)).toEqual([]);
  },
  60_000,
);

it.each([
  ['What did 194.88.246.242 do?', '194[.]88[.]246[.]242'],
  ['Tell me about jack', 'jack.naglieri@runpanther.io'],
  ['who is thomas12223391@gmail.com', 'thomas12223391@gmail.com'],
])(
  'looks up what "%s" names, answers, and proposes the rows',
  async (question, name) => {
    const draft = await ask(question);
    expect(draft.lastWords).toContain(name);
    expect(draft.lastWords).toMatch(/is in \d+ events? of `\w+`, 20\d\d-/);
    const added = draft.edits.map(({ args }) => args.markdown ?? '').join('\n\n');
    expect(added).toContain('### About ');
    expect(findingsIn(added, draft)).toEqual([]);
  },
  60_000,
);

it.each([
  [
    'How many sign-ins did jack have?',
    /^`jack\.naglieri@runpanther\.io` has \d+ .*`user\.session\.start`.* in `\w+`, 20/,
  ],
  ['Who else used 194.88.246.242?', /^With `194\[\.\]88\[\.\]246\[\.\]242` in the logs, by first use: `jack/],
])(
  'answers "%s" first, from the rows of the look-up, and adds nothing that was not asked for',
  async (question, answer) => {
    const draft = await ask(question);
    expect(draft.lastWords).toMatch(answer);
    expect(findingsIn(draft.lastWords, draft)).toEqual([]);
    for (const { args } of draft.edits) expect(String(args.markdown)).toMatch(/^### (?:About|Further queries)/);
  },
  60_000,
);

it('says that a name is in no log, and which queries looked', async () => {
  const draft = await ask('What did 192.0.2.77 do?');
  expect(draft.lastWords).toMatch(/192\[\.\]0\[\.\]2\[\.\]77` is in no event of the searched sources \[E\d+\]/);
}, 60_000);

it('looks up an account of another case, and says that it is in no log', async () => {
  const draft = await ask('Which mailbox rule did m.castell make?');
  expect(draft.lastWords).toMatch(/^`m\.castell` is in no event of the searched sources \[E\d+/);
}, 60_000);

it('says first what the findings have on whom the question names', async () => {
  const draft = await ask('What about jack?');
  expect(draft.lastWords).toMatch(/^In this case: A brute-force attempt on `jack/);
}, 60_000);

it('says that only what is outside the logs could make it legitimate', async () => {
  const draft = await ask('Could it be legitimate?');
  expect(draft.lastWords).toMatch(
    /^(?:The strongest point against MALICIOUS: |Not from the logs: nothing in them speaks for a harmless explanation\.)/,
  );
}, 60_000);

it('shortens its own summary, and not a person\u2019s', async () => {
  const [edit, ...more] = (await ask('Shorten the summary')).edits;
  expect(edit).toMatchObject({ name: 'report__replace_text' });
  expect(more).toEqual([]);
  const { find, replace } = (edit as Draft['edits'][number]).args as { find: string; replace: string };
  expect(report).toContain(find);
  expect(replace.length).toBeLessThan(find.length);
  const edited = report.replace(find, 'Somebody has written this.');
  const draft = await investigateLogs(toolbox, logs, alert, 'Shorten the summary', { markdown: edited });
  expect(draft.edits).toEqual([]);
  expect(draft.lastWords).toContain('only its own words');
}, 60_000);

it('changes nothing when it can’t tell what is asked for, and says what it can do', async () => {
  const draft = await ask('Mach es bitte schöner');
  expect(draft.lastWords).toMatch(/could not tell what this asks for, so it changed nothing/);
  expect(draft.edits).toEqual([]);
}, 60_000);
