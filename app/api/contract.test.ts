import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { CONTRACT } from './contract';
import { operationsOf } from './openapi.json/document';

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

/** The file scripts/api-methods.ts as it should be: the web process knows it without loading the routes. */
function methodsFile(): string {
  const operations = operationsOf(CONTRACT);
  const lines = [...new Set(operations.map(({ path }) => path))].sort().map((path) => {
    const methods = operations.filter((operation) => operation.path === path).map(({ method }) => `'${method}'`);
    return `  '${path}': [${methods.join(', ')}],`;
  });
  return [
    HEAD,
    '/** The methods of every route of the API, by its path. */',
    'export const API_METHODS: Record<string, readonly string[]> = {',
    ...lines,
    '};',
    '',
  ].join('\n');
}

it('api-methods.ts lists the methods of every route', async () => {
  await expect(methodsFile()).toMatchFileSnapshot('../../scripts/api-methods.ts');
});
