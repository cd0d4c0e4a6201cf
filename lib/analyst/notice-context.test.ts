import { expect, it } from 'vitest';
import type { Gathered } from './case';
import { noticeContext } from './notice-context';

const AT = Date.UTC(2026, 10, 20, 10);
const gathered = (matched: string[]): Gathered =>
  ({
    cases: [],
    newAccess: [],
    subject: { at: AT, actors: [{ kind: 'user', value: 'mira' }], objects: [] },
    relatedAlerts: [
      { title: 'Console login', occurredAt: new Date(AT).toISOString(), isOpen: true, matched, evidence: 2 },
    ],
  }) as unknown as Gathered; // what is read of it

it('calls alerts about one identity one case', () => {
  expect(noticeContext(gathered(['mira'])).map(({ speaksFor }) => speaksFor)).toEqual(['case']);
});

it('does not for what everybody uses: the console of a cloud and its services', () => {
  const shared = [
    'console.aws.amazon.com',
    'https://console.aws.amazon.com/console/home?region=us-east-1',
    'signin.amazonaws.com',
  ];
  expect(noticeContext(gathered(shared))).toEqual([]);
  expect(noticeContext(gathered([...shared, 'evil.example'])).map(({ text }) => text)).toEqual([
    expect.stringContaining('also about `evil'),
  ]);
});
