import { describe, expect, it } from 'vitest';
import type { Message } from '../model/model';
import { replay, Waiting } from './script';

const answered = (args: Record<string, unknown>, rows: unknown[][]): Message[] => [
  { role: 'assistant', text: '', calls: [{ id: 'one', name: 'logs__query', args }] },
  {
    role: 'tools',
    results: [
      {
        callId: 'one',
        ok: true,
        text: '[E4] …',
        evidence: 4,
        structured: { columns: [{ name: 'n' }], rows, truncated: false },
      },
    ],
  },
];

describe('replay', () => {
  it('asks for what is missing, a batch at a time, each once', async () => {
    const context = replay({ messages: [] });
    const many = Array.from({ length: 60 }, (_, n) => ({ name: 'logs__query', args: { n: n % 55 } }));
    const error = await context.callAll(many).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Waiting);
    const calls = (error as Waiting).calls; // checked on the line before
    expect(calls).toHaveLength(32);
    expect(new Set(calls.map((call) => call.id)).size).toBe(32);
  });

  it('continues from results whatever the order of their arguments', async () => {
    const context = replay({ messages: answered({ sql: 's', from: 'f' }, [[7]]) });
    const outcome = await context.call('logs__query', { from: 'f', sql: 's' });
    expect(outcome).toMatchObject({ ok: true, evidence: 4, table: { rows: [{ n: 7 }] } });
    expect(context.log).toHaveLength(1);
  });

  it('gives no id a second time after results', async () => {
    const context = replay({ messages: answered({ sql: 's' }, []) });
    const error = await context.call('logs__query', { sql: 'other' }).catch((thrown: unknown) => thrown);
    expect((error as Waiting).calls[0]?.id).toBe('builtin-2');
  });

  it('tells only the stages that came after the last results', async () => {
    const context = replay({ messages: answered({ sql: 's' }, []) });
    context.stage('before');
    await context.call('logs__query', { sql: 's' });
    context.stage('after');
    expect(context.untold()).toEqual(['after']);
  });

  it('hands a failed call on as failed', async () => {
    const messages = answered({ sql: 's' }, []);
    const last = messages[1];
    if (last?.role === 'tools') last.results = [{ callId: 'one', ok: false, text: '[E4] no such table', evidence: 4 }];
    expect(await replay({ messages }).call('logs__query', { sql: 's' })).toMatchObject({ ok: false, table: null });
  });
});
