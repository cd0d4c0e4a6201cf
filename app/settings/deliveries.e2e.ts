import { randomUUID } from 'node:crypto';
import { expect, test } from '@/scripts/e2e/fixtures';

test('a lead replays several deliveries at once; an analyst can’t', async ({ page, signIn, api, expectAccessible }) => {
  const [lead, analyst] = [await api('lead'), await api('analyst')];
  const name = `replay-${randomUUID().slice(0, 8)}`;
  for (const number of [1, 2, 3])
    await analyst.post('/api/webhooks/generic', { data: { id: `${name}-${number}`, title: name, severity: 'low' } });

  await signIn(page, 'lead');
  await page.goto('/settings/sources');
  const rows = page.getByTestId('delivery');
  for (const index of [0, 2]) await rows.nth(index).getByRole('checkbox').click();
  await expectAccessible(page, { themes: ['dark'] });
  await page.getByRole('button', { name: 'Replay 2 selected' }).click();
  await expect(page.getByText('Replayed 2 of 2')).toBeVisible();
  await expect(page.getByText('2 duplicates; 0 read differently')).toBeVisible();
  const { items } = await (await lead.get('/api/deliveries?limit=5')).json();
  expect(items.slice(0, 2).map(({ sender }: { sender: string }) => sender)).toEqual(['replay', 'replay']);
  // Newest first: what came first was read first.
  expect(items.slice(0, 2).map(({ replayOf }: { replayOf: string }) => replayOf)).toEqual([items[2].id, items[4].id]);
  await page.getByRole('checkbox', { name: 'Select all deliveries' }).click();
  await expect(page.getByRole('button', { name: /^Replay \d+ selected$/ })).toBeVisible();

  await signIn(page, 'analyst');
  await page.goto('/settings/sources');
  await expect(rows.first()).toBeVisible();
  await expect(page.getByRole('button', { name: /^Replay/ })).toHaveCount(0);
  await expect(rows.getByRole('checkbox')).toHaveCount(0);
});
