import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it, vi } from 'vitest';
import { EntityQuery, type EntityView } from '@/lib/entities/schema';
import { EntityPage } from './entity-page';
import { entityHref } from './links';

vi.mock('next/navigation', () => ({ useRouter: () => ({ refresh() {} }) }));

const none = { items: [], nextCursor: null };
const VIEW: EntityView = {
  entity: { kind: 'ip', value: '203.0.113.7' },
  forms: [{ kind: 'ip', value: '203.0.113.7' }],
  formsOmitted: false,
  firstSeen: null,
  lastSeen: null,
  days: [],
  related: [],
  inEvidence: [],
  trust: [],
  history: [],
  alertCount: { count: 0, more: false },
  caseCount: { count: 0, more: false },
  alerts: none,
  cases: none,
  lists: [],
  knownProblems: [],
};
const may = { setTrust: true, sayGood: false };
const html = (view: Partial<EntityView>, query = {}, ignored = false) =>
  renderToStaticMarkup(
    <EntityPage view={{ ...VIEW, ...view }} query={EntityQuery.parse(query)} may={may} ignored={ignored} />,
  );

it('an entity that nobody has seen names the next step, and what is wrong in the known lists', () => {
  const text = html({ knownProblems: ['known/a.yml:3: "x" is not a valid ip.'] }, {}, true);
  expect(text).toContain('203[.]0[.]113[.]7');
  expect(text).toContain('Not in any alert or case');
  expect(text).toContain('Open queue');
  expect(text).toContain('known/a.yml:3');
  expect(text).toContain('Ignored an invalid filter');
});

it('shows trust with its expiry, links to what it appears with, and keeps filters while paging', () => {
  const note = { note: 'Old', expiresAt: '2020-01-01T00:00:00.000Z', expired: true, at: null, by: null, range: null };
  const other = { kind: 'arn', value: 'arn:aws:iam::1:role/x y' } as const;
  const text = html(
    {
      alertCount: { count: 10_000, more: true },
      alerts: { items: [], nextCursor: 'next' },
      trust: [{ ...note, trust: 'scanner', from: 'file', file: 'known/a.yml:1' }],
      related: [{ ...other, alerts: 3, cases: 1 }],
    },
    { status: 'open' },
  );
  expect(text).toContain('Scanner (expired)');
  expect(text).toContain('10,000+');
  expect(text).toContain(`href="${entityHref(other)}"`);
  expect(entityHref(other)).toBe('/entities/arn/arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx%20y');
  expect(text).toContain('status=open&amp;alertCursor=next');
});
