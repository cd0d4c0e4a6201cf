import { expect, test } from 'vitest';
import { testLogs } from './testing';

const WORDS = ['case', 'order', 'group', 'select', 'user'];
const row = JSON.stringify({ time: '2026-01-01T00:00:00Z', user: 'eva' });
const logs = testLogs(Object.fromEntries(WORDS.map((word) => [`${word}.jsonl`, `${row}\n`])));

test.each(WORDS)('a source named %s can be asked in quotes', async (word) => {
  const answer = await logs.server.query(`SELECT count(*) AS n FROM "${word}"`);
  expect(answer.rows).toEqual([[1]]);
});

test.each(['case', 'order', 'group', 'select'])('FROM %s without quotes says that quotes are missing', async (word) => {
  await expect(logs.server.query(`SELECT count(*) FROM ${word}`)).rejects.toThrow(`FROM "${word}"`);
});
