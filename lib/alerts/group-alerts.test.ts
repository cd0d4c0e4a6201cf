import { expect, it } from 'vitest';
import { groupAlerts } from './group-alerts';
import type { AlertItem, Entity } from './schema';

const HOUR = 3_600_000;
const user = (value: string): Entity => ({ kind: 'user', value });
const alert = (id: string, hours: number, rule: string | null, ...entities: Entity[]): AlertItem =>
  // What grouping reads; the rest of an alert says nothing to it.
  ({ id, rule, entities, occurredAt: new Date(Date.UTC(2024, 0, 1) + hours * HOUR).toISOString() }) as AlertItem;
const idsOf = (alerts: AlertItem[]) => groupAlerts(alerts).map(({ ids }) => ids.join(' '));

it('joins alerts of one rule about the same entity, however far apart', () => {
  const alerts = [alert('a', 0, 'R', user('eva')), alert('b', 900, 'R', user('eva')), alert('c', 1, 'R', user('bob'))];
  expect(idsOf(alerts)).toEqual(['a b', 'c']);
  expect(groupAlerts(alerts)[0]).toMatchObject({ rule: 'R', shared: [user('eva')] });
});

it('joins alerts of several rules that share an entity within a day, also by a third', () => {
  const ip: Entity = { kind: 'ip', value: '203.0.113.9' };
  const alerts = [
    alert('a', 0, 'R1', user('eva')),
    alert('far', 60, 'R1', user('ann')),
    alert('b', 10, 'R2', user('eva'), ip),
    alert('c', 30, 'R3', ip),
    alert('late', 90, 'R4', ip),
  ];
  expect(idsOf(alerts)).toEqual(['a b c', 'far', 'late']);
  expect(groupAlerts(alerts)[0]?.rule).toBeNull();
});

it('does not join by an account, nor by what very many alerts have in common', () => {
  const account: Entity = { kind: 'account', value: '123456789012' };
  expect(idsOf([alert('a', 0, null, account), alert('b', 1, null, account)])).toEqual(['a', 'b']);
  const proxy: Entity = { kind: 'ip', value: '198.51.100.1' };
  const busy = Array.from({ length: 40 }, (_, index) => alert(`p${index}`, index / 10, `R${index}`, proxy));
  expect(groupAlerts(busy)).toHaveLength(40);
  expect(groupAlerts(busy.map((one) => ({ ...one, rule: 'Same' })))).toHaveLength(1);
});

it('takes 600 alerts in a moment and loses none', () => {
  const many = Array.from({ length: 600 }, (_, index) =>
    alert(`a${index}`, index / 60, `R${index % 7}`, user(`u${index % 90}`), user(`v${index % 31}`)),
  );
  const groups = groupAlerts(many);
  expect(groups.flatMap(({ ids }) => ids).sort()).toEqual(many.map(({ id }) => id).sort());
});
