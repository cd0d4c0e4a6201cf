import { expect, it } from 'vitest';
import { personNames } from './person-names';

const shown = (...names: string[]) => names.map(personNames(names));

it('shows one person under one name, however sources write it', () => {
  expect(shown('eva.lind@corp.example', 'eva.lind', 'EVA.LIND@corp.example')).toEqual(Array(3).fill('eva.lind'));
  expect(shown('CORP\\eva', 'eva@corp.example')).toEqual(Array(2).fill('eva@corp.example'));
  expect(shown('Eva Lind', 'eva.lind[@]corp[.]example')).toEqual(Array(2).fill('Eva Lind'));
  expect(shown('role Developer_0a1b as eva@corp.example', 'eva')).toEqual(['eva', 'eva']);
});

it('keeps apart who may be two', () => {
  const two = ['eva@corp.example', 'eva@mail.example', 'eva'];
  expect(shown(...two)).toEqual(two);
  for (const names of [
    ['root', 'root@corp.example'],
    ['eva', 'eva.lind'],
    ['eva@host1', 'eva'],
    ['', ' '],
  ])
    expect(shown(...names)).toEqual(names);
});

it('leaves a name alone that has no other, and one that it was not given', () => {
  const nameOf = personNames(['eva@corp.example', 'eva']);
  expect(nameOf('bob@corp.example')).toBe('bob@corp.example');
  expect(shown('Eva Lind')).toEqual(['Eva Lind']);
});

it('takes a moment for many names', () => {
  const names = Array.from({ length: 20_000 }, (_, n) => [`p${n}`, `p${n}@corp.example`]).flat();
  const started = performance.now();
  const nameOf = personNames(names);
  expect(new Set(names.map(nameOf)).size).toBe(20_000);
  expect(performance.now() - started).toBeLessThan(2000);
});
