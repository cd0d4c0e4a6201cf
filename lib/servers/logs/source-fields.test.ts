import { expect, test } from 'vitest';
import { columnsFor } from './source-fields';

const rare = (path: string[]) => ({ path, text: `$.${path.join('.')}`, count: 2, sample: 'x' });
const fields = {
  columns: [{ name: 'eventName', path: ['eventName'], type: 'VARCHAR' as const, filled: 1, samples: [] }],
  rare: [rare(['errorCode']), rare(['requestParameters', 'userName']), rare(['EVENTNAME'])],
};
const names = (sql: string) => columnsFor(fields, sql).map(({ name }) => name);

test('a rare field is a column of the query that names it', () => {
  expect(names('SELECT eventName FROM cloudtrail')).toEqual(['eventName']);
  expect(names('SELECT eventName, ERRORCODE FROM cloudtrail')).toEqual(['eventName', 'errorCode']);
  expect(names(`SELECT t."requestParameters.userName" FROM cloudtrail t WHERE errorcode IS NULL`)).toEqual([
    'eventName',
    'errorCode',
    'requestParameters.userName',
  ]);
});
