import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DraftView } from '@/lib/drafts/schema';
import { Autosave, type SaveAnswer, type SaveState } from './autosave';

const person = { id: 'u', name: 'Rita' };
const draft = (markdown: string, version: number, updatedBy: DraftView['updatedBy'] = person): DraftView => ({
  markdown,
  version,
  updatedBy,
  humanTouched: true,
  inReview: false,
  updatedAt: '2026-01-02T03:04:05.000Z',
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A server that keeps one draft and refuses a stale version, as the real one does. */
function setup(markdown = 'a', version = 1) {
  let server = draft(markdown, version);
  const answers: SaveAnswer[] = [];
  const puts: [string, number][] = [];
  const states: SaveState[] = [];
  const merged: string[] = [];
  const autosave = new Autosave({
    draft: server,
    put: async (text, on) => {
      puts.push([text, on]);
      await new Promise((resolve) => setTimeout(resolve, 100));
      const planned = answers.shift();
      if (planned) return planned;
      if (on !== server.version)
        return { kind: 'stale', stale: { current: server, merged: `${text}+${server.markdown}`, conflicts: 0 } };
      server = draft(text, server.version + 1);
      return { kind: 'saved', draft: server };
    },
    onState: (state) => void states.push(state),
    onSaved: () => {},
    onMerged: (text) => void merged.push(text),
  });
  const other = (text: string, by: DraftView['updatedBy'] = person) => {
    server = draft(text, server.version + 1, by);
    return server;
  };
  return { autosave, answers, puts, states, merged, other, server: () => server };
}

const kinds = (states: SaveState[]) => states.map((state) => state.kind);

describe('autosave', () => {
  it('saves once, a while after the last keystroke', async () => {
    const { autosave, puts, states } = setup();
    autosave.edit('ab');
    await vi.advanceTimersByTimeAsync(500);
    autosave.edit('abc');
    await vi.advanceTimersByTimeAsync(700);
    expect(puts).toEqual([]);
    await vi.advanceTimersByTimeAsync(300);
    expect(puts).toEqual([['abc', 1]]);
    expect(kinds(states)).toEqual(['unsaved', 'unsaved', 'saving', 'saved']);
    expect(autosave.dirty()).toBe(false);
  });

  it('never has two requests under way; what was typed meanwhile goes on top of the new version', async () => {
    const { autosave, puts } = setup();
    autosave.edit('ab');
    autosave.flush();
    autosave.edit('abc');
    autosave.flush();
    await vi.advanceTimersByTimeAsync(2000);
    expect(puts).toEqual([
      ['ab', 1],
      ['abc', 2],
    ]);
  });

  it('stops at a person’s newer text and loses neither, until it is decided', async () => {
    const { autosave, puts, states, other, server } = setup();
    other('theirs');
    autosave.edit('mine');
    await vi.advanceTimersByTimeAsync(1000);
    expect(states.at(-1)).toMatchObject({ kind: 'conflict', mine: 'mine' });
    autosave.edit('mine, and more');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(puts.length).toBe(1);
    expect(server().markdown).toBe('theirs');
    expect(autosave.dirty()).toBe(true);
    autosave.resolve('both');
    await vi.advanceTimersByTimeAsync(1000);
    expect(server()).toMatchObject({ markdown: 'both', version: 3 });
    expect(autosave.dirty()).toBe(false);
  });

  it('taking the other text needs no save', async () => {
    const { autosave, puts, other } = setup();
    other('theirs');
    autosave.edit('mine');
    await vi.advanceTimersByTimeAsync(1000);
    autosave.resolve('theirs');
    await vi.advanceTimersByTimeAsync(5000);
    expect(puts.length).toBe(1);
    expect(autosave.version()).toBe(2);
  });

  it('continues by itself when only a model wrote, elsewhere in the text', async () => {
    const { autosave, merged, other, server } = setup();
    other('model', null);
    autosave.edit('mine');
    await vi.advanceTimersByTimeAsync(2000);
    expect(merged).toEqual(['mine+model']);
    expect(server()).toMatchObject({ markdown: 'mine+model', version: 3 });
  });

  it('asks again with the newest text when a person typed on while the stale answer was under way', async () => {
    const { autosave, merged, puts, other } = setup();
    other('model', null);
    autosave.edit('mine');
    autosave.flush();
    autosave.edit('mine 2');
    await vi.advanceTimersByTimeAsync(3000);
    expect(puts.map(([text]) => text)).toEqual(['mine', 'mine 2', 'mine 2+model']);
    expect(merged).toEqual(['mine 2+model']);
  });

  it('tries again with growing pauses while nothing answers, and keeps the newest text', async () => {
    const { autosave, answers, puts, states, server } = setup();
    answers.push({ kind: 'unreachable', message: 'offline' }, { kind: 'unreachable', message: 'offline' });
    autosave.edit('ab');
    await vi.advanceTimersByTimeAsync(950);
    expect(states.at(-1)).toMatchObject({ kind: 'retrying', inMs: 1000 });
    autosave.edit('abc');
    await vi.advanceTimersByTimeAsync(1200);
    expect(states.at(-1)).toMatchObject({ kind: 'retrying', inMs: 2000 });
    await vi.advanceTimersByTimeAsync(3000);
    expect(puts.map(([text]) => text)).toEqual(['ab', 'abc', 'abc']);
    expect(server().markdown).toBe('abc');
  });

  it('does not hammer when it is refused, and tries again on the next edit', async () => {
    const { autosave, answers, puts, states } = setup();
    answers.push({ kind: 'refused', message: 'Sign in.' });
    autosave.edit('ab');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(puts.length).toBe(1);
    expect(states.at(-1)).toEqual({ kind: 'refused', message: 'Sign in.' });
    expect(autosave.dirty()).toBe(true);
    autosave.edit('abc');
    await vi.advanceTimersByTimeAsync(1000);
    expect(puts.length).toBe(2);
  });

  it('takes a newer draft only when nothing here is unsaved', async () => {
    const { autosave, other } = setup();
    const second = other('second');
    expect(autosave.adopt(second)).toBe(true);
    expect(autosave.adopt(second)).toBe(false);
    autosave.edit('typing');
    expect(autosave.adopt(other('third'))).toBe(false);
    await vi.advanceTimersByTimeAsync(1000);
    expect(autosave.dirty()).toBe(true);
  });
});
