import type { RunEvent } from '@/lib/agent/events';
import { previewEdit } from '@/lib/report/edits';
import { writeSection } from '@/lib/report/report';
import { SECTIONS, type SectionName } from '@/lib/report/schema';
import type { RunItem, RunState, Writing } from './run-state';

/**
 * Applies one event. Pure; an event that was applied already (a reconnect replays) changes nothing.
 * `base` is the draft that the sections go into until the run sends its whole text.
 */
export function foldRun(state: RunState, event: RunEvent, base: string): RunState {
  if (event.seq <= state.seq) return state;
  return { ...fold(state, event, base), seq: event.seq };
}

/** The report with what is being written. */
export function runText(state: RunState, base: string): string {
  return state.writing.reduce(
    (text, one) =>
      one.kind === 'section' ? putSection(text, one.section, one.text) : previewEdit(text, one.tool, one.json),
    state.text ?? base,
  );
}

function fold(state: RunState, event: RunEvent, base: string): RunState {
  switch (event.type) {
    case 'run.started':
      // A second attempt writes from the last saved text on; what the first one left unfinished is dropped.
      return {
        ...state,
        status: 'running',
        suspended: null,
        label: event.label,
        attempt: event.attempt,
        startedAt: state.startedAt ?? event.at,
        finishedAt: null,
        writing: [],
        message: null,
      };
    case 'stage':
      return {
        ...state,
        stage: event.text,
        items: [...state.items, { kind: 'stage', key: `s${event.seq}`, at: event.at, text: event.text }],
      };
    case 'text':
    case 'thinking':
      return { ...state, items: appended(state.items, event) };
    case 'tool.started': {
      const { type: _type, seq: _seq, at, ...call } = event;
      // A report's edit is being done now: what it did comes with the next event.
      const done =
        call.server === 'report' ? state.writing.findIndex((one) => one.kind === 'edit' && one.tool === call.tool) : -1;
      return {
        ...state,
        writing: state.writing.filter((_, index) => index !== done),
        items: [...state.items, { kind: 'tool', key: `c${event.seq}`, at, call, result: null }],
      };
    }
    case 'tool.finished': {
      const { type: _type, seq: _seq, at: _at, ...result } = event;
      const index = state.items.findLastIndex((item) => item.kind === 'tool' && item.call.callId === event.callId);
      const item = state.items[index];
      return item?.kind === 'tool' ? { ...state, items: state.items.with(index, { ...item, result }) } : state;
    }
    case 'approval.requested': {
      const { type: _type, seq: _seq, at, ...ask } = event;
      const item: RunItem = { kind: 'approval', key: `a${event.seq}`, at, ask, decided: null };
      return { ...state, status: 'waiting', stage: 'Waiting for approval', items: [...state.items, item] };
    }
    case 'run.waiting': {
      const { reason, until, at } = event;
      const text = `Suspended: ${reason}`;
      const item: RunItem = { kind: 'stage', key: `s${event.seq}`, at, text };
      return { ...state, status: 'waiting', stage: null, suspended: { reason, until }, items: [...state.items, item] };
    }
    case 'approval.decided': {
      const { decision, by } = event;
      const index = state.items.findLastIndex((item) => item.kind === 'approval' && item.ask.callId === event.callId);
      const item = state.items[index];
      if (item?.kind !== 'approval') return state;
      return { ...state, stage: null, items: state.items.with(index, { ...item, decided: { decision, by } }) };
    }
    case 'sub.started': {
      const { type: _type, seq: _seq, at, ...asked } = event;
      // A worker that takes the run over tells of it again.
      if (state.items.some((item) => isSub(item, event))) return state;
      return { ...state, items: [...state.items, { kind: 'sub', key: `q${event.seq}`, at, asked, found: null }] };
    }
    case 'sub.finished': {
      const { ok, text, evidence } = event;
      const index = state.items.findIndex((item) => isSub(item, event));
      const item = state.items[index];
      if (item?.kind !== 'sub') return state;
      return { ...state, items: state.items.with(index, { ...item, found: { ok, text, evidence } }) };
    }
    case 'report.delta': {
      const { section, delta } = event;
      const at = state.writing.findIndex((one) => one.kind === 'section' && one.section === section);
      const before = state.writing[at];
      const text = (before?.kind === 'section' ? before.text : '') + delta;
      return { ...state, writing: put(state.writing, at, { kind: 'section', section, text }) };
    }
    case 'report.input': {
      const { callId, tool, delta } = event;
      const at = state.writing.findIndex((one) => one.kind === 'edit' && one.callId === callId);
      const before = state.writing[at];
      const json = (before?.kind === 'edit' ? before.json : '') + delta;
      return { ...state, writing: put(state.writing, at, { kind: 'edit', callId, tool, json }) };
    }
    case 'report.section':
      return {
        ...state,
        text: putSection(state.text ?? base, event.section, event.markdown),
        writing: state.writing.filter((one) => one.kind !== 'section' || one.section !== event.section),
        items: [...state.items, { kind: 'section', key: `w${event.seq}`, at: event.at, section: event.section }],
      };
    case 'report.text':
      return { ...state, text: event.markdown, writing: [] };
    case 'draft.saved':
      return { ...state, savedVersion: event.version };
    case 'proposal.created': {
      const { proposalId, hunks, at } = event;
      return { ...state, items: [...state.items, { kind: 'proposal', key: `p${event.seq}`, at, proposalId, hunks }] };
    }
    case 'usage': {
      const { type: _type, seq: _seq, at: _at, ...usage } = event;
      return { ...state, usage };
    }
    case 'run.finished':
      return {
        ...state,
        status: event.status,
        message: event.message,
        writing: [],
        stage: null,
        suspended: null,
        finishedAt: event.at,
      };
  }
}

const isSub = (item: RunItem, { callId, sub }: { callId: string; sub: number }): boolean =>
  item.kind === 'sub' && item.asked.callId === callId && item.asked.sub === sub;

/** Deltas of a block append to it; another block, or a tool in between, starts a new item. */
function appended(items: RunItem[], event: Extract<RunEvent, { type: 'text' | 'thinking' }>): RunItem[] {
  const key = `${event.type}${event.block}`;
  const last = items.at(-1);
  if (last && last.kind === event.type && last.key.startsWith(`${key}:`)) {
    return items.with(-1, { ...last, text: last.text + event.delta });
  }
  return [...items, { kind: event.type, key: `${key}:${event.seq}`, at: event.at, text: event.delta }];
}

const put = (list: Writing[], at: number, one: Writing): Writing[] => (at < 0 ? [...list, one] : list.with(at, one));

function putSection(text: string, section: string, content: string): string {
  if (isSection(section)) return writeSection(text, section, content);
  return `${text.trimEnd()}\n\n## ${section}\n\n${content.trim()}\n`;
}

function isSection(name: string): name is SectionName {
  return (SECTIONS as readonly string[]).includes(name);
}
