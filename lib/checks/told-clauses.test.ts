import { expect, it } from 'vitest';
import { readBlocks } from './blocks';
import { EvidenceIndex } from './evidence-index';
import { statementsOf } from './statements';
import { evidenceRecord } from './testing/evidence-record';
import { clausesIn } from './told-clauses';

const rows = [
  { time: '2026-11-03T10:00:00Z', userName: 'dana.kim', eventName: 'CreateUser' },
  { time: '2026-11-03T10:05:00Z', userName: 'omar.reyes', eventName: 'CreateAccessKey' },
];
const records = [1, 2].map((number) => new EvidenceIndex(evidenceRecord(number, { structured: { rows } })));

function clauses(text: string) {
  const blocks = readBlocks(`## Technical Details\n\n${text}\n`);
  const { statements } = statementsOf({
    markdown: text,
    lines: [],
    frontMatter: null,
    blocks,
    records: new Map(records.map((record) => [record.call.number, record])),
    all: records,
    known: new EvidenceIndex(evidenceRecord(0)),
  });
  return statements.flatMap((statement) => clausesIn(statement));
}

it('says who acts in each clause: by name, by pronoun, or by the clause before it', () => {
  const said = clauses(
    '`dana.kim` created a user and attached a policy [E1]. She then created a key, which `omar.reyes` read [E1].',
  );
  expect(said.map(({ subject }) => [subject.by, subject.names.map(({ name }) => name)])).toEqual([
    ['name', ['dana.kim']],
    ['clause before', ['dana.kim']],
    ['pronoun', ['dana.kim']],
    ['name', ['omar.reyes']],
  ]);
});

it('reads the agent of a passive, a denial, an outcome and what each clause cites', () => {
  const said = clauses(
    'A key was created by `omar.reyes` [E1], but no user was deleted, and the last call failed [E2].',
  );
  expect(said.map(({ subject, denies, outcome, cited }) => [subject.by, denies, outcome?.outcome, cited])).toEqual([
    ['agent', false, undefined, [1]],
    [null, true, undefined, [2]],
    [null, false, 'failure', [2]],
  ]);
});
