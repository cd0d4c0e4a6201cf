import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const API = import.meta.dirname;
const HEAD = `// Generated from the route files. After adding or removing one: npx vitest run app/api/contract.test.ts -u\n`;

/** `[...all]` becomes `{...all}`. */
const urlOf = (folder: string) => `/api/${folder.replace(/\[(\.{3}\w+|\w+)\]/g, '{$1}')}`;
const nameOf = (folder: string) =>
  folder.replace(/[^A-Za-z0-9]+(\w)?/g, (_, letter: string | undefined) => letter?.toUpperCase() ?? '');

/** The file app/api/contract.ts as it should be. */
function contractFile(): string {
  const folders = fs
    .readdirSync(API, { recursive: true, encoding: 'utf8' })
    .filter((name) => path.basename(name) === 'route.ts')
    .map((name) => path.dirname(name).replaceAll(path.sep, '/'))
    .sort();
  const imports = folders.map((folder) => `import * as ${nameOf(folder)} from './${folder}/route';`);
  const entries = folders.map((folder) => `  '${urlOf(folder)}': ${nameOf(folder)},`);
  return [
    HEAD,
    ...imports,
    '',
    '/** Every route of the API by its path: what the OpenAPI document and the client types of the browser are derived from. */',
    'export const CONTRACT = {',
    ...entries,
    '};',
    'export type Contract = typeof CONTRACT;',
    '',
  ].join('\n');
}

it('contract.ts lists every route file', async () => {
  await expect(contractFile()).toMatchFileSnapshot('./contract.ts');
});
