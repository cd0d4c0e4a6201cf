import { expect, it } from 'vitest';
import { CONTRACT } from '../contract';
import { openApiDocument, operationsOf } from './document';

type Operation = {
  summary: string;
  parameters: { name: string; in: string; required?: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: { properties: Record<string, unknown> } }> };
  responses: Record<string, { content?: Record<string, { schema: Record<string, unknown> }> }>;
};
const document = JSON.parse(JSON.stringify(openApiDocument(CONTRACT))) as {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: { Error: { properties: { error: { properties: { reason: { oneOf: unknown[] } } } } } } };
};

it('has every declared operation but the internal ones', () => {
  const documented = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const declared = operationsOf(CONTRACT)
    .filter(({ declaration }) => !declaration.internal)
    .map(({ method, path }) => `${method} ${path}`);
  expect(documented).toEqual(declared);
  expect(declared.length).toBeGreaterThan(50);
});

it('is an OpenAPI 3.1 document with the schemas that the routes check', () => {
  expect(document.openapi).toBe('3.1.0');
  const patch = document.paths['/api/alerts/{id}']?.patch;
  expect(patch?.parameters).toMatchObject([{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }]);
  expect(patch?.requestBody?.content['application/json']?.schema.properties).toHaveProperty('disposition');
  expect(patch?.responses[200]?.content?.['application/json']?.schema.properties).toHaveProperty('previous');
});

it('documents the statuses and answers that differ from the usual', () => {
  const statuses = (method: string, path: string) =>
    Object.keys(document.paths[path]?.[method]?.responses ?? {}).filter((status) => status !== 'default');
  expect(statuses('post', '/api/alerts')).toEqual(['200', '201']);
  expect(statuses('post', '/api/runs/{id}/cancel')).toEqual(['202']);
  expect(statuses('delete', '/api/connections/{id}')).toEqual(['204']);
  const webhook = document.paths['/api/webhooks/{source}']?.post?.responses[202];
  expect(webhook?.content?.['application/json']?.schema.properties).toHaveProperty('rejected');
  const events = document.paths['/api/runs/{id}/events']?.get?.responses[200];
  expect(Object.keys(events?.content ?? {})).toEqual(['text/event-stream']);
});

it('documents each path parameter of each path, and which query parameters are required', () => {
  for (const [path, item] of Object.entries(document.paths)) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    for (const [method, operation] of Object.entries(item)) {
      const declared = operation.parameters.filter((one) => one.in === 'path').map(({ name }) => name);
      expect(declared.sort(), `${method} ${path}`).toEqual(names.sort());
    }
  }
  const query = document.paths['/api/alerts/new']?.get?.parameters.filter((one) => one.required);
  expect(query?.map(({ name }) => name)).toEqual(['since']);
});

it('lists every reason of an error', () => {
  expect(document.components.schemas.Error.properties.error.properties.reason.oneOf.length).toBeGreaterThan(15);
});
