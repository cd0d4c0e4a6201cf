import { describe, expect, it } from 'vitest';
import { checkArguments } from './check-arguments';
import type { ToolInfo } from './schema';
import { definitionHash, definitionOf, problemOf } from './tool-definition';

type Schema = Record<string, unknown>;

const info = (inputSchema: Schema): ToolInfo => ({
  server: 's',
  tool: 't',
  description: '',
  inputSchema,
  class: 'read',
});
const nested = (levels: number, wrap: (inner: Schema) => Schema, inner: Schema = { type: 'string' }): Schema =>
  levels === 0 ? inner : nested(levels - 1, wrap, wrap(inner));
const doubling = (levels: number): Schema => ({
  type: 'object',
  properties: { a: { $ref: '#/$defs/d0' } },
  $defs: Object.fromEntries(
    Array.from({ length: levels }, (_, n) => [
      `d${n}`,
      n === levels - 1
        ? { type: 'string' }
        : { properties: { x: { $ref: `#/$defs/d${n + 1}` }, y: { $ref: `#/$defs/d${n + 1}` } } },
    ]),
  ),
});

describe('a schema that can’t be checked in bounded time is refused when it is listed', () => {
  const hostile: [string, Schema][] = [
    [
      '26 levels of anyOf',
      { type: 'object', properties: { a: nested(26, (inner) => ({ anyOf: [inner, { type: 'number' }] })) } },
    ],
    ['26 levels of allOf', nested(26, (inner) => ({ allOf: [inner, {}] }))],
    ['12 levels of oneOf and not', nested(12, (inner) => ({ oneOf: [{ not: inner }] }))],
    ['references that double 26 times', doubling(26)],
    [
      '200,000 levels',
      (() => {
        const root: Schema = {};
        let at = root;
        for (let n = 0; n < 200_000; n += 1) at = at.items = {} as Schema;
        return root;
      })(),
    ],
    ['ten megabytes', { type: 'object', description: 'x'.repeat(1e7) }],
    [
      'a hundred thousand properties',
      { type: 'object', properties: Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`p${n}`, {}])) },
    ],
    [
      'a pattern of 10,000 characters',
      { type: 'object', properties: { a: { type: 'string', pattern: '(a|b)*'.repeat(2000) } } },
    ],
    ['no schema at all', { type: 'strong' }],
  ];
  it.each(hostile)('%s', (_, inputSchema) => {
    const start = performance.now();
    const definition = definitionOf({ inputSchema });
    expect(definitionHash(definition)).toMatch(/^[0-9a-f]{64}$/);
    expect(problemOf('s', 't', definition)).toMatch(/^Its (?:schema|description) /);
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it('and an ordinary one is not, nor one that refers to itself', () => {
    const tree = {
      type: 'object',
      properties: {
        children: { type: 'array', items: { $ref: '#' } },
        kind: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      },
    };
    for (const schema of [
      { type: 'object', properties: { q: { type: 'string', pattern: '^[a-z]+$' } }, required: ['q'] },
      tree,
      nested(3, (inner) => ({ anyOf: [inner, { type: 'null' }] })),
    ])
      expect(problemOf('s', 't', definitionOf({ inputSchema: schema }))).toBeNull();
  });
});

describe('checking arguments', { timeout: 60_000 }, () => {
  it('says what is wrong, and nothing for what is right', async () => {
    const tool = info({
      type: 'object',
      properties: { n: { type: 'integer' } },
      required: ['n'],
      additionalProperties: false,
    });
    expect(await checkArguments(tool, { n: 1 })).toBeUndefined();
    expect(await checkArguments(tool, { n: 'one' })).toMatch(/^The arguments of s\.t are invalid\. n: /);
  });

  it.each([
    [
      'a pattern that backtracks',
      { type: 'object', properties: { a: { type: 'string', pattern: '^(a+)+$' } } },
      { a: `${'a'.repeat(60)}!` },
    ],
    [
      'another one',
      { type: 'object', properties: { a: { type: 'string', pattern: '^([a-z]|[a-z0-9])*$' } } },
      { a: `${'a'.repeat(60)}!` },
    ],
  ])('gives up on %s, continues with the next, and holds nothing up meanwhile', async (_, schema, args) => {
    await checkArguments(info({ type: 'object' }), {}); // the thread is up
    let ticks = 0;
    const clock = setInterval(() => (ticks += 1), 50);
    const problems = await Promise.all([
      checkArguments(info(schema), args),
      checkArguments(info({ type: 'object' }), {}),
    ]);
    clearInterval(clock);
    expect(problems).toEqual([expect.stringContaining('s.t was not called: its schema can'), undefined]);
    expect(ticks).toBeGreaterThan(10);
  });
});
