'use client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError, errorMessage } from './api';

type State<What> = { busy: What | null; problem: string; fields: Record<string, string> };
const IDLE = { busy: null, problem: '', fields: {} };

/**
 * One request to the API at a time, as a form or a pair of buttons sends it. `busy`: which one is in progress. `problem`: what went
 * wrong. Messages about a field that the form shows (`placed` matches its path: `target.url`) are not in `problem` but under
 * `at(path)`, and the first such field is focused when the form's `ref` is set.
 */
export function useRequest<What extends string = 'send'>(placed?: RegExp) {
  const [state, setState] = useState<State<What>>(IDLE);
  const form = useRef<HTMLFormElement>(null);
  const where = useRef(placed);

  /** Resolves to whether it succeeded. `run` may also do what follows a success; it must not throw then. */
  const send = useCallback(async (what: What, run: () => Promise<unknown>): Promise<boolean> => {
    setState({ ...IDLE, busy: what });
    try {
      await run();
      setState(IDLE);
      return true;
    } catch (error) {
      setState({ busy: null, ...place(error, where.current) });
      return false;
    }
  }, []);
  // Once the fields are marked.
  useEffect(() => {
    if (Object.keys(state.fields).length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [state.fields]);
  const clear = useCallback(() => setState(IDLE), []);
  /** The message about a field or anything below it. */
  const at = (path: string): string | undefined =>
    Object.entries(state.fields).find(([key]) => key === path || key.startsWith(`${path}.`))?.[1];

  return { busy: state.busy, problem: state.problem, at, send, clear, form };
}

/** Splits an error into messages at fields of the form and the rest. Without a field of the form, it is the API's whole message. */
function place(error: unknown, placed: RegExp | undefined): { problem: string; fields: Record<string, string> } {
  const told = error instanceof ApiError ? Object.entries(error.fields ?? {}) : [];
  const fields = told.filter(([path]) => placed?.test(path));
  if (fields.length === 0) return { problem: errorMessage(error), fields: {} };
  const rest = told.filter(([path]) => !placed?.test(path)).map(([, message]) => message);
  return { problem: rest.join(' '), fields: Object.fromEntries(fields) };
}
