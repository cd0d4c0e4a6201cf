import { z } from 'zod';
import { ERROR_STATUS, REASONS } from '@/lib/errors/reasons';
import { statusesOf } from '../check-response';
import type { Declaration } from '../declaration';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
type Operation = { method: string; path: string; declaration: Declaration };

/** The declared operations of a contract, in the order of its paths. */
export function operationsOf(contract: Record<string, object>): Operation[] {
  return Object.entries(contract).flatMap(([path, module]) =>
    METHODS.flatMap((method) => {
      const handler = (module as Partial<Record<string, { declaration?: Declaration }>>)[method];
      return handler?.declaration ? [{ method, path, declaration: handler.declaration }] : [];
    }),
  );
}

/** The OpenAPI 3.1 document, derived from what the routes declare. */
export function openApiDocument(contract: Record<string, object>): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, path, declaration } of operationsOf(contract)) {
    if (declaration.internal) continue;
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe(declaration) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Socdown', version: '1', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    security: [{ key: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key: Settings, or `keys create`.' },
        session: { type: 'apiKey', in: 'cookie', name: 'socdown.session_token' },
      },
      schemas: { Error: errorSchema() },
    },
  };
}

function describe(declaration: Declaration): Record<string, unknown> {
  const { verb, summary, params, query, headers = {}, body, response, media } = declaration;
  const inHeader = Object.entries(headers).map(([name, description]) => ({
    name,
    in: 'header',
    description,
    schema: { type: 'string' },
  }));
  const schema = toJson(response, 'output');
  const content = Object.fromEntries((media ?? ['application/json']).map((type) => [type, { schema }]));
  const answers = statusesOf(declaration).map((status) => [
    status,
    { description: 'Success.', ...(status === 204 ? {} : { content }) },
  ]);
  return {
    summary,
    'x-permission': verb,
    parameters: [...parameters('path', params), ...inHeader, ...parameters('query', query)],
    ...(body ? { requestBody: { content: { 'application/json': { schema: toJson(body, 'input') } } } } : {}),
    responses: {
      ...Object.fromEntries(answers),
      default: {
        description: 'An error.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
    ...(verb === 'public' ? { security: [] } : {}),
  };
}

function parameters(where: 'path' | 'query', schema: z.ZodObject | undefined): unknown[] {
  if (!schema) return [];
  const json = toJson(schema, 'input') as { properties?: Record<string, unknown>; required?: string[] };
  return Object.entries(json.properties ?? {}).map(([name, property]) => ({
    name,
    in: where,
    ...(where === 'path' || json.required?.includes(name) ? { required: true } : {}),
    schema: property,
    // Lists are separated by commas.
    ...(where === 'query' ? { style: 'form', explode: false } : {}),
  }));
}

function errorSchema(): Record<string, unknown> {
  const reasons = Object.entries(REASONS).map(([reason, [code, description]]) => ({
    const: reason,
    description: `${description} (${code}, ${ERROR_STATUS[code]})`,
  }));
  return {
    type: 'object',
    properties: {
      error: {
        type: 'object',
        properties: {
          code: { enum: Object.keys(ERROR_STATUS), description: 'The kind of error; fixes the HTTP status.' },
          reason: { oneOf: reasons, description: 'What happened, for programs. Stable.' },
          message: { type: 'string', description: 'What happened, for people. May change.' },
          data: { type: 'object', description: 'What a caller needs to continue, e.g. the current draft.' },
        },
        required: ['code', 'reason', 'message'],
      },
    },
    required: ['error'],
  };
}

function toJson(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
