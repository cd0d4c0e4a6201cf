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
    case 'run.waiting':
    case 'run.finished':
      return foldStatus(state, event);
    case 'stage':
    case 'text':
    case 'thinking':
      return foldWords(state, event);
    case 'tool.started':
    case 'tool.finished':
      return foldCall(state, event);
    case 'approval.requested':
    case 'approval.decided':
      return foldApproval(state, event);
    case 'sub.started':
    case 'sub.finished':
      return foldSub(state, event);
    case 'report.delta':
    case 'report.input':
    case 'report.section':
    case 'report.text':
      return foldReport(state, event, base);
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
  }
}

/** The events of these types. */
type Of<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

function foldStatus(state: RunState, event: Of<'run.started' | 'run.waiting' | 'run.finished'>): RunState {
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
    case 'run.waiting': {
      const { reason, until, at } = event;
      const item: RunItem = { kind: 'stage', key: `s${event.seq}`, at, text: `Suspended: ${reason}` };
      return { ...state, status: 'waiting', stage: null, suspended: { reason, until }, items: [...state.items, item] };
    }
    case 'run.finished': {
      const { status, message, at: finishedAt } = event;
      return { ...state, status, message, writing: [], stage: null, suspended: null, finishedAt };
    }
  }
}

function foldWords(state: RunState, event: Of<'stage' | 'text' | 'thinking'>): RunState {
  if (event.type !== 'stage') return { ...state, items: appended(state.items, event) };
  const item: RunItem = { kind: 'stage', key: `s${event.seq}`, at: event.at, text: event.text };
  return { ...state, stage: event.text, items: [...state.items, item] };
}

function foldCall(state: RunState, event: Of<'tool.started' | 'tool.finished'>): RunState {
  if (event.type === 'tool.started') {
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
  const { type: _type, seq: _seq, at: _at, ...result } = event;
  const index = state.items.findLastIndex((item) => item.kind === 'tool' && item.call.callId === event.callId);
  const item = state.items[index];
  return item?.kind === 'tool' ? { ...state, items: state.items.with(index, { ...item, result }) } : state;
}

function foldApproval(state: RunState, event: Of<'approval.requested' | 'approval.decided'>): RunState {
  if (event.type === 'approval.requested') {
    const { type: _type, seq: _seq, at, ...ask } = event;
    const item: RunItem = { kind: 'approval', key: `a${event.seq}`, at, ask, decided: null };
    return { ...state, status: 'waiting', stage: 'Waiting for approval', items: [...state.items, item] };
  }
  const { decision, by } = event;
  const index = state.items.findLastIndex((item) => item.kind === 'approval' && item.ask.callId === event.callId);
  const item = state.items[index];
  if (item?.kind !== 'approval') return state;
  return { ...state, stage: null, items: state.items.with(index, { ...item, decided: { decision, by } }) };
}

function foldSub(state: RunState, event: Of<'sub.started' | 'sub.finished'>): RunState {
  const index = state.items.findIndex((item) => isSub(item, event));
  const item = state.items[index];
  if (event.type === 'sub.finished') {
    const { ok, text, evidence } = event;
    if (item?.kind !== 'sub') return state;
    return { ...state, items: state.items.with(index, { ...item, found: { ok, text, evidence } }) };
  }
  // A worker that takes the run over tells of it again.
  if (item) return state;
  const { type: _type, seq: _seq, at, ...asked } = event;
  return { ...state, items: [...state.items, { kind: 'sub', key: `q${event.seq}`, at, asked, found: null }] };
}

type ReportEvent = Of<'report.delta' | 'report.input' | 'report.section' | 'report.text'>;

function foldReport(state: RunState, event: ReportEvent, base: string): RunState {
  switch (event.type) {
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
