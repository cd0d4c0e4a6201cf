import { beforeAll, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { testDatabase } from '../db/testing';
import { deleteView, listViews, saveView } from './alert-views';

testDatabase();

let ana: Actor;
let ben: Actor;
beforeAll(async () => {
  ana = await testActor('analyst');
  ben = await testActor('analyst');
});
const names = async (actor: Actor) => (await listViews(actor)).map(({ name }) => name);

it('keeps personal views to their owner and shows shared ones to everyone', async () => {
  const own = await saveView(ana, { name: 'Night shift', query: 'severity=critical,high&sort=sla' });
  const shared = await saveView(ana, { name: 'Phishing', query: 'q=phishing', shared: true });
  expect(await names(ana)).toEqual(['Night shift', 'Phishing']);
  expect(await names(ben)).toEqual(['Phishing']);
  await deleteView(ana, own.id);
  await deleteView(await testActor('lead'), shared.id);
  expect(await names(ana)).toEqual([]);
});

it('refuses filters that are none, and a name that one has', async () => {
  await saveView(ben, { name: 'Mine', query: 'assignee=me' });
  await expect(saveView(ben, { name: 'mine ', query: '' })).rejects.toMatchObject({ code: 'conflict' });
  await expect(saveView(ben, { name: 'Other', query: 'severity=apocalyptic' })).rejects.toThrow('not filters');
  await expect(saveView(ben, { name: ' ', query: '' })).rejects.toThrow('Enter a name');
  await expect(deleteView(ben, 'x')).rejects.toMatchObject({ code: 'not_found' });
  expect(await names(ben)).toEqual(['Mine']);
});

it('refuses to delete what belongs to another person, and who may not read the queue', async () => {
  const shared = await saveView(ana, { name: 'Shared', query: '', shared: true });
  const own = await saveView(ana, { name: 'Own', query: '' });
  await expect(deleteView(ben, shared.id)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(deleteView(await testActor('lead'), own.id)).rejects.toMatchObject({ code: 'not_found' });
  const nobody = { ...ana, role: 'visitor' } as unknown as Actor; // not a Role on purpose
  await expect(saveView(nobody, { name: 'X', query: '' })).rejects.toMatchObject({ code: 'forbidden' });
  await expect(listViews(nobody)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(deleteView(nobody, shared.id)).rejects.toMatchObject({ code: 'forbidden' });
});
