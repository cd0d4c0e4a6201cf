import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { OPERATIONS, openApiDocument } from './document';

const API = path.resolve(import.meta.dirname, '..');

/** For the browser alone, or about the API itself: not part of the documented contract. */
const INTERNAL = [
  /^\/api\/(auth|setup|me|users|keys|samples|openapi\.json)/,
  /^\/api\/alerts\/(bulk|counts|new)$/,
  /\/history\/\{revision\}$/,
];

const implemented = fs
  .readdirSync(API, { recursive: true, encoding: 'utf8' })
  .filter((name) => path.basename(name) === 'route.ts')
  .flatMap((name) => {
    const url = `/api/${path
      .dirname(name)
      .replaceAll(path.sep, '/')
      .replace(/\[(?:\.\.\.)?(\w+)\]/g, '{$1}')}`;
    const text = fs.readFileSync(path.join(API, name), 'utf8');
    return [...text.matchAll(/export const (GET|POST|PUT|PATCH|DELETE)\b/g)].map(([, method]) => `${method} ${url}`);
  });

it('documents what is implemented, and nothing else', () => {
  const shown = implemented.filter((name) => !INTERNAL.some((pattern) => pattern.test(name.split(' ')[1] ?? '')));
  expect(Object.keys(OPERATIONS).sort()).toEqual(shown.sort());
});

it('is an OpenAPI 3.1 document in JSON with schemas from the code', () => {
  const document = JSON.parse(JSON.stringify(openApiDocument()));
  expect(document.openapi).toBe('3.1.0');
  const patch = document.paths['/api/alerts/{id}'].patch;
  expect(patch.requestBody.content['application/json'].schema.properties.disposition).toBeTruthy();
  expect(patch.parameters).toEqual([{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }]);
});
