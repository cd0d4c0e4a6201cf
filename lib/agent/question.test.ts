import { describe, expect, it } from 'vitest';
import { takeQuestion, withQuestion } from './question';

const reading = {
  server: 'logs',
  tool: 'query',
  description: 'Runs SQL.',
  class: 'read' as const,
  inputSchema: { type: 'object', properties: { sql: { type: 'string' } }, additionalProperties: false },
};
const changing = { ...reading, class: 'write' as const };
const asking = { ...reading, inputSchema: { type: 'object', properties: { question: { type: 'string' } } } };

describe('a call’s question', () => {
  it('has a place in the schema of a reading tool, unless the tool has a field of that name', () => {
    expect(withQuestion(reading).properties).toMatchObject({ sql: {}, question: { type: 'string' } });
    expect(withQuestion(changing)).toBe(changing.inputSchema);
    expect(withQuestion(asking)).toBe(asking.inputSchema);
  });

  it('is taken out of the arguments, as words of one line', () => {
    const args = { sql: 'SELECT 1', question: ' Sign-ins of\n eva\u0000 before the alert ' };
    expect(takeQuestion(reading, args)).toEqual({
      args: { sql: 'SELECT 1' },
      question: 'Sign-ins of eva before the alert',
    });
    expect(takeQuestion(reading, { sql: 'SELECT 1', question: 7 })).toEqual({
      args: { sql: 'SELECT 1' },
      question: null,
    });
    expect(takeQuestion(reading, { question: 'x'.repeat(900) }).question).toHaveLength(200);
  });

  it('stays an argument where it is one', () => {
    for (const tool of [changing, asking, undefined])
      expect(takeQuestion(tool, { question: 'Who?' })).toEqual({ args: { question: 'Who?' }, question: null });
  });
});
