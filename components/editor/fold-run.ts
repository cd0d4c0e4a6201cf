import type { RunEvent, RunEventBody, RunStatus } from '@/lib/agent/events';
import { writeSection } from '@/lib/investigations/report';
import { SECTIONS, type SectionName } from '@/lib/investigations/schema';

type ToolStarted = Extract<RunEventBody, { type: 'tool.started' }>;
type ToolFinished = Extract<RunEventBody, { type: 'tool.finished' }>;

/** What the run panel lists, in the order of the run. */
export type RunItem =
  | { kind: 'stage'; key: string; at: string; text: string }
  | { kind: 'text' | 'thinking'; key: string; at: string; text: string }
  | {
      kind: 'tool';
      key: string;
      at: string;
      call: Omit<ToolStarted, 'type'>;
      result: Omit<ToolFinished, 'type'> | null;
    }
  | { kind: 'section'; key: string; at: string; section: string }
  | { kind: 'proposal'; key: string; at: string; proposalId: string; hunks: number };

export type RunState = {
  /** The last event taken; what Last-Event-ID says. */
  seq: number;
  status: RunStatus;
  label: string | null;
  attempt: number;
  stage: string | null;
  items: RunItem[];
  /** The run's working text as finished events have it; null until it wrote anything. */
  text: string | null;
  /** The section that is being written now. */
  writing: { section: string; text: string } | null;
  /** The draft version that the run saved last. */
  savedVersion: number | null;
  usage: { inputTokens: number; outputTokens: number; cacheReadTokens: number; turns: number } | null;
  message: string | null;
  startedAt: string | null;
  finishedAt: string | null;
};

export const EMPTY_RUN: RunState = {
  seq: 0,
  status: 'queued',
  label: null,
  attempt: 1,
  stage: null,
  items: [],
  text: null,
  writing: null,
  savedVersion: null,
  usage: null,
  message: null,
  startedAt: null,
  finishedAt: null,
};

/**
 * One event more. Pure; an event that was taken already (a reconnect replays) changes nothing.
 * `base` is the draft that the sections go into as long as the run has not said its whole text.
 */
export function foldRun(state: RunState, event: RunEvent, base: string): RunState {
  if (event.seq <= state.seq) return state;
  return { ...fold(state, event, base), seq: event.seq };
}

/** The report as it stands, with the section that is being written. */
export function runText(state: RunState, base: string): string {
  const text = state.text ?? base;
  return state.writing ? putSection(text, state.writing.section, state.writing.text) : text;
}

function fold(state: RunState, event: RunEvent, base: string): RunState {
  switch (event.type) {
    case 'run.started':
      // A second attempt writes from the last saved text on; what the first one left unfinished is dropped.
      return {
        ...state,
        status: 'running',
        label: event.label,
        attempt: event.attempt,
        startedAt: state.startedAt ?? event.at,
        finishedAt: null,
        writing: null,
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
      return { ...state, items: [...state.items, { kind: 'tool', key: `c${event.seq}`, at, call, result: null }] };
    }
    case 'tool.finished': {
      const { type: _type, seq: _seq, at: _at, ...result } = event;
      const index = state.items.findLastIndex((item) => item.kind === 'tool' && item.call.callId === event.callId);
      const item = state.items[index];
      return item?.kind === 'tool' ? { ...state, items: state.items.with(index, { ...item, result }) } : state;
    }
    case 'report.delta': {
      const before = state.writing?.section === event.section ? state.writing.text : '';
      return { ...state, writing: { section: event.section, text: before + event.delta } };
    }
    case 'report.section':
      return {
        ...state,
        text: putSection(state.text ?? base, event.section, event.markdown),
        writing: null,
        items: [...state.items, { kind: 'section', key: `w${event.seq}`, at: event.at, section: event.section }],
      };
    case 'report.text':
      return { ...state, text: event.markdown };
    case 'draft.saved':
      return { ...state, savedVersion: event.version };
    case 'proposal.created': {
      const { proposalId, hunks, at } = event;
      return { ...state, items: [...state.items, { kind: 'proposal', key: `p${event.seq}`, at, proposalId, hunks }] };
    }
    case 'usage': {
      const { inputTokens, outputTokens, cacheReadTokens, turns } = event;
      return { ...state, usage: { inputTokens, outputTokens, cacheReadTokens, turns } };
    }
    case 'run.finished':
      return {
        ...state,
        status: event.status,
        message: event.message,
        writing: null,
        stage: null,
        finishedAt: event.at,
      };
  }
}

/** Deltas of a block append to it; another block, or a tool in between, starts a new item. */
function appended(items: RunItem[], event: Extract<RunEvent, { type: 'text' | 'thinking' }>): RunItem[] {
  const key = `${event.type}${event.block}`;
  const last = items.at(-1);
  if (last && last.kind === event.type && last.key.startsWith(`${key}:`)) {
    return items.with(-1, { ...last, text: last.text + event.delta });
  }
  return [...items, { kind: event.type, key: `${key}:${event.seq}`, at: event.at, text: event.delta }];
}

function putSection(text: string, section: string, content: string): string {
  if (isSection(section)) return writeSection(text, section, content);
  return `${text.trimEnd()}\n\n## ${section}\n\n${content.trim()}\n`;
}

function isSection(name: string): name is SectionName {
  return (SECTIONS as readonly string[]).includes(name);
}
