import { beforeAll, describe, expect, it } from 'vitest';
import { rememberSecret } from '../secrets/known-secrets';
import { createLog } from './log';

const TOKEN = 'Zq7-wLk2_vB9xTn4';
beforeAll(() => rememberSecret(TOKEN));

function testLog(limits?: Parameters<typeof createLog>[2]) {
  let text = '';
  const destination = {
    write(line: string) {
      text += line;
    },
  };
  const log = createLog(destination, 'debug', limits);
  return {
    log,
    text: () => text,
    lines: () =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
  };
}

describe('secrets never reach the log', () => {
  const key = `socdown_${'Ab3'.repeat(15)}`;
  const hidden: [string, (log: ReturnType<typeof createLog>) => void, string][] = [
    ['a key in the query of a URL', (log) => log.error({ url: `http://x/api/webhooks/s?key=${key}&a=1` }, 'away'), key],
    [
      'a mistyped key in a message',
      (log) => log.error(`GET /api/webhooks/s?a=1&key=notthiskey77 failed`),
      'notthiskey77',
    ],
    ['an OAuth code', (log) => log.warn({ href: 'https://x/cb?code=4/0Adeu5B&state=s' }, 'callback'), '4/0Adeu5B'],
    ['a known token in an error', (log) => log.error(new Error(`401 for ${TOKEN}`)), TOKEN],
    [
      'a known token in the cause of a cause',
      (log) =>
        log.error({ err: new Error('a', { cause: new Error('b', { cause: new Error(`said ${TOKEN}`) }) }) }, 'x'),
      TOKEN,
    ],
    [
      'a cause that is an object',
      (log) => log.error({ err: new Error('a', { cause: { body: { said: TOKEN } } }) }, 'x'),
      TOKEN,
    ],
    ['a known token as a field’s name', (log) => log.info({ [TOKEN]: 1 }, 'x'), TOKEN],
    ['a known token in a format argument', (log) => log.warn('server says %s %j', TOKEN, { a: TOKEN }), TOKEN],
    [
      'a known token, URL-encoded and in base64',
      (log) => log.info(`${Buffer.from(TOKEN).toString('base64')}`),
      Buffer.from(TOKEN).toString('base64').replace(/=+$/, ''),
    ],
    [
      'a field that is named so, at any depth',
      (log) => log.info({ a: { b: { Password: 'hunter2222' } } }),
      'hunter2222',
    ],
    [
      'headers',
      (log) => log.info({ headers: { authorization: 'Basic YWxhZGRpbg==', Cookie: 'socdown.session=abc123' } }),
      'abc123',
    ],
    [
      'a password in a database URL',
      (log) => log.error(new Error('connect postgresql://app:s3cr3tpw@db/x')),
      's3cr3tpw',
    ],
    ['beyond the cap of a text', (log) => log.info(`${'a'.repeat(1990)}${TOKEN}`), TOKEN.slice(0, 10)],
  ];
  it.each(hidden)('%s', (_, write, secret) => {
    const { log, text } = testLog();
    write(log);
    expect(text()).not.toBe('');
    expect(text()).not.toContain(secret);
  });

  it('keeps what finds the error: type, message, code, frames, path', () => {
    const { log, lines } = testLog();
    log.error(
      { err: Object.assign(new TypeError('no such row'), { code: 'P2025' }), url: 'http://x/api/alerts?q=1' },
      'failed',
    );
    expect(lines()).toEqual([
      expect.objectContaining({
        msg: 'failed',
        url: 'http://x/api/alerts?…',
        err: {
          type: 'TypeError',
          message: 'no such row',
          code: 'P2025',
          stack: expect.stringContaining('log.test.ts'),
        },
      }),
    ]);
  });
});

describe('a caller’s value can’t forge or hide a line', () => {
  const values = [
    'a\nb',
    'a\r\n{"level":50,"msg":"forged"}',
    'a\u2028b',
    '\u001b[2Kgone',
    'safe\u202e txet',
    'a\u0000b',
    'x\ud800y',
    '\u200b',
    '\u0085n',
  ];
  it.each(values)('%j', (value) => {
    const { log, text, lines } = testLog();
    log.warn({ origin: value, err: new Error(value, { cause: new Error(value) }), [value]: value }, `from ${value}`);
    expect(text().split('\n')).toHaveLength(2);
    expect(text().trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    expect(lines()[0].msg).toMatch(/^from .*\\/);
  });
});

describe('size', () => {
  it('a line is bounded whatever is logged', () => {
    const deep: Record<string, unknown> = {};
    let at = deep;
    for (let level = 0; level < 10_000; level += 1)
      at = at.down = { text: 'x'.repeat(1000) } as Record<string, unknown>;
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`k${n}`, 'v'.repeat(5000)]));
    const trap = {
      get value(): string {
        throw new Error('no');
      },
    };
    for (const value of [
      deep,
      cycle,
      many,
      trap,
      { a: 'x'.repeat(1e6) },
      { list: Array(1e5).fill('y'.repeat(100)) },
      new Error('z'.repeat(1e6)),
      { big: 10n, at: new Date(Number.NaN) },
    ]) {
      const { log, text } = testLog();
      log.error(value, 'm'.repeat(1e6));
      expect(text().length).toBeGreaterThan(10);
      expect(text().length).toBeLessThan(30_000);
    }
  });

  it('a flood of any shape is cut to kilobytes, is counted, and leaves room for errors', () => {
    const { log, text, lines } = testLog();
    for (let n = 0; n < 20_000; n += 1)
      log.warn(
        { origin: `http://${n}.test/${'x'.repeat(1000)}` },
        `Invalid origin: http://${n}.test/${'y'.repeat(500)}`,
      );
    log.error('the disk is full');
    expect(text().length).toBeLessThan(600_000);
    expect(lines().at(-1)).toMatchObject({ msg: 'the disk is full' });
  });

  it('says how many lines it left out', async () => {
    const { log, lines } = testLog({ windowMs: 50, lines: 2, bytes: 10_000, linesPerMessage: 2 });
    for (let n = 0; n < 5; n += 1) log.info('again');
    await new Promise((resolve) => setTimeout(resolve, 60));
    log.info('later');
    expect(lines().map(({ msg }) => msg)).toEqual([
      'again',
      'again',
      '3 lines of this level were left out: too many in a minute',
      'later',
    ]);
  });
});
