import { expect, test } from 'vitest';
import { columnsFor, hasObject } from './source-fields';

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

test('a whole object is a column only of a query that is known to name it', () => {
  expect(hasObject(fields, 'requestParameters')).toBe(true);
  expect(hasObject(fields, 'request')).toBe(false);
  expect(names('SELECT requestParameters FROM cloudtrail')).toEqual(['eventName']);
  expect(columnsFor(fields, 'SELECT requestparameters FROM cloudtrail', ['requestparameters'])).toContainEqual(
    expect.objectContaining({ name: 'requestparameters', path: ['requestParameters'], type: 'JSON' }),
  );
});
