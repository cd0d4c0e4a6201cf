import { describe, expect, it } from 'vitest';
import type { RunEvent, RunEventBody } from '@/lib/agent/events';
import { foldRun, runText } from './fold-run';
import { EMPTY_RUN, type RunState } from './run-state';

const BASE = '# Key used from a new address\n\n## Timeline\n\nto be written\n';
const AT = '2026-01-02T03:04:05.000Z';

function play(bodies: RunEventBody[], from: RunState = EMPTY_RUN): RunState {
  return bodies.reduce(
    (state, body, index) => foldRun(state, { ...body, seq: from.seq + index + 1, at: AT } as RunEvent, BASE),
    from,
  );
}

const started: RunEventBody = { type: 'run.started', model: 'm', label: 'A model', attempt: 1 };

describe('foldRun', () => {
  it('shows a section while it is written, and the finished text instead when it is whole', () => {
    const writing = play([
      started,
      { type: 'report.delta', section: 'Timeline', delta: '- 03:04 the key' },
      { type: 'report.delta', section: 'Timeline', delta: ' was used' },
    ]);
    expect(runText(writing, BASE)).toContain('## Timeline\n\n- 03:04 the key was used\n');
    expect(runText(writing, BASE)).not.toContain('to be written');
    const whole = play(
      [{ type: 'report.section', section: 'Timeline', markdown: '- 03:04 the key was used [E1]' }],
      writing,
    );
    expect(runText(whole, BASE)).toBe(
      '# Key used from a new address\n\n## Timeline\n\n- 03:04 the key was used [E1]\n',
    );
    expect(whole.writing).toEqual([]);
  });

  it('shows why a run is suspended, and not after', () => {
    const suspended = { reason: '529 overloaded_error', until: AT };
    const state = play([started, { type: 'run.waiting', ...suspended }]);
    expect(state).toMatchObject({ status: 'waiting', suspended, stage: null });
    expect(state.items).toMatchObject([{ kind: 'stage', text: 'Suspended: 529 overloaded_error' }]);
    expect(play([started], state)).toMatchObject({ status: 'running', suspended: null });
    const stopped: RunEventBody = { type: 'run.finished', status: 'cancelled', message: null };
    expect(play([stopped], state)).toMatchObject({ status: 'cancelled', suspended: null });
  });

  it('lists a sub-investigation once, with what it found, also when the run is taken over', () => {
    const place = { callId: '3.0', sub: 1 };
    const asked: RunEventBody = { type: 'sub.started', ...place, question: 'Who else?', entity: null, source: 'okta' };
    const found = { ok: true, text: 'Nobody [E4].', evidence: [4] };
    const running = play([started, asked]);
    expect(running.items).toMatchObject([{ kind: 'sub', asked: { question: 'Who else?' }, found: null }]);
    const state = play([started, asked, { type: 'sub.finished', ...place, ...found }], running);
    expect(state.items).toMatchObject([{ kind: 'sub', found }]);
    const other = play([{ type: 'sub.finished', callId: '9.0', sub: 1, ...found }], running);
    expect(other.items).toMatchObject([{ found: null }]);
  });

  it('puts sections in their order, whatever order they come in', () => {
    const state = play([
      started,
      { type: 'report.section', section: 'Recommendations', markdown: 'Rotate.' },
      { type: 'report.section', section: 'Executive Summary', markdown: 'Bad.' },
    ]);
    const order = [...runText(state, BASE).matchAll(/^## (.+)$/gm)].map(([, name]) => name);
    expect(order).toEqual(['Executive Summary', 'Timeline', 'Recommendations']);
  });

  it('keeps a section that is not one of ours, at the end', () => {
    const state = play([started, { type: 'report.delta', section: 'Odd', delta: 'x' }]);
    expect(runText(state, BASE).endsWith('## Odd\n\nx\n')).toBe(true);
  });

  it('shows several texts of one answer as they come, and an edit until it is done', () => {
    const edit = { section: 'Timeline', markdown: '- 03:05 and again' };
    const json = JSON.stringify(edit);
    const writing = play([
      started,
      { type: 'report.delta', section: 'Recommendations', delta: 'Rotate' },
      { type: 'report.delta', section: 'Lessons Learned', delta: 'Log more' },
      { type: 'report.input', callId: 'a', tool: 'add_to_section', delta: json.slice(0, 40) },
      { type: 'report.input', callId: 'a', tool: 'add_to_section', delta: json.slice(40, -9) },
    ]);
    const shown = runText(writing, BASE);
    for (const part of ['Rotate', 'Log more', 'to be written\n\n- 03:05']) expect(shown).toContain(part);
    const done = play(
      [
        { type: 'tool.started', callId: '1.0', server: 'report', tool: 'add_to_section', args: edit, evidence: null },
        { type: 'report.section', section: 'Timeline', markdown: 'to be written\n\n- 03:05 and again' },
      ],
      writing,
    );
    expect(runText(done, BASE).match(/and again/g)).toHaveLength(1);
    expect(runText(done, BASE)).toContain('Rotate');
  });

  it('takes a whole text as it is', () => {
    const state = play([
      started,
      { type: 'report.section', section: 'Timeline', markdown: 'a' },
      { type: 'report.text', markdown: 'whole' },
    ]);
    expect(runText(state, BASE)).toBe('whole');
  });

  it('ignores what it has seen already: a reconnect replays', () => {
    const once = play([started, { type: 'text', block: 0, delta: 'Looking' }]);
    const again = foldRun(once, { type: 'text', block: 0, delta: 'Looking', seq: 2, at: AT }, BASE);
    expect(again).toBe(once);
  });

  it('ties a tool’s end to its start, also when two run at once', () => {
    const call = (callId: string, evidence: number): RunEventBody =>
      ({
        type: 'tool.started',
        callId,
        server: 'logs',
        tool: 'query',
        args: { sql: 'select 1' },
        evidence,
      }) as RunEventBody;
    const state = play([
      started,
      call('a', 1),
      call('b', 2),
      {
        type: 'tool.finished',
        callId: 'a',
        evidence: 1,
        ok: false,
        rows: null,
        bytes: 0,
        truncated: false,
        durationMs: 5,
        message: 'no such source',
      },
    ]);
    const tools = state.items.filter((item) => item.kind === 'tool');
    expect(tools.map((item) => [item.call.evidence, item.result?.ok ?? null])).toEqual([
      [1, false],
      [2, null],
    ]);
  });

  it('joins deltas of a block and parts them at a tool', () => {
    const state = play([
      started,
      { type: 'text', block: 0, delta: 'I look' },
      { type: 'text', block: 0, delta: ' first.' },
      { type: 'thinking', block: 1, delta: 'hm' },
      { type: 'text', block: 0, delta: 'Then.' },
    ]);
    expect(state.items.map((item) => ('text' in item ? item.text : item.kind))).toEqual([
      'I look first.',
      'hm',
      'Then.',
    ]);
    expect(new Set(state.items.map((item) => item.key)).size).toBe(3);
  });

  it('ends with the reason, and drops what was left unfinished', () => {
    const state = play([
      started,
      { type: 'stage', text: 'Reading logs' },
      { type: 'report.delta', section: 'Timeline', delta: 'half' },
      {
        type: 'usage',
        inputTokens: 10,
        outputTokens: 5,
        cacheReadTokens: 1,
        cacheWriteTokens: 0,
        turns: 2,
        cost: null,
      },
      { type: 'run.finished', status: 'cancelled', message: 'Stopped by Ben' },
    ]);
    expect(state).toMatchObject({
      status: 'cancelled',
      message: 'Stopped by Ben',
      stage: null,
      writing: [],
      finishedAt: AT,
    });
    expect(state.usage?.turns).toBe(2);
    expect(runText(state, BASE)).toBe(BASE);
  });

  it('starts the writing again on a second attempt, and keeps what was finished', () => {
    const first = play([
      started,
      { type: 'report.section', section: 'Timeline', markdown: 'done' },
      { type: 'report.delta', section: 'Recommendations', delta: 'half' },
    ]);
    const second = play([{ type: 'run.started', model: 'm', label: 'A model', attempt: 2 }], first);
    expect(second.attempt).toBe(2);
    expect(runText(second, BASE)).toContain('done');
    expect(runText(second, BASE)).not.toContain('half');
  });
});
