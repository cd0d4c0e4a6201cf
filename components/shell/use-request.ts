'use client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError, errorMessage } from './call-api';

type State<What> = { busy: What | null; problem: string; fields: Record<string, string> };
const IDLE = { busy: null, problem: '', fields: {} };

/**
 * One request to our API at a time, as a form or a pair of buttons makes it. `busy`: which one is under way. `problem`: what went
 * wrong, in words. What the server says about a field that the form shows (`placed`, on its path: `target.url`) is not in `problem`
 * but under `at(path)`, and the first such field is focused when the form's `ref` is set.
 */
export function useRequest<What extends string = 'send'>(placed?: RegExp) {
  const [state, setState] = useState<State<What>>(IDLE);
  const form = useRef<HTMLFormElement>(null);
  const where = useRef(placed);

  /** Answers whether it went well. `run` may do what follows a good answer; it must not throw then. */
  const send = useCallback(async (what: What, run: () => Promise<unknown>): Promise<boolean> => {
    setState({ ...IDLE, busy: what });
    try {
      await run();
      setState(IDLE);
      return true;
    } catch (error) {
      const told =
        error instanceof ApiError && error.fields ? Object.entries(error.fields) : [['', errorMessage(error)]];
      const isPlaced = ([path = '']: string[]) => where.current?.test(path) ?? false;
      const elsewhere = told
        .filter((one) => !isPlaced(one))
        .map(([path, words]) => (path === '' || path === 'body' ? words : `${path}: ${words}`));
      setState({ busy: null, problem: elsewhere.join('; '), fields: Object.fromEntries(told.filter(isPlaced)) });
      return false;
    }
  }, []);
  // Once the fields are marked.
  useEffect(() => {
    if (Object.keys(state.fields).length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [state.fields]);
  const clear = useCallback(() => setState(IDLE), []);
  /** What is said of a field or of anything below it. */
  const at = (path: string): string | undefined =>
    Object.entries(state.fields).find(([key]) => key === path || key.startsWith(`${path}.`))?.[1];

  return { busy: state.busy, problem: state.problem, at, send, clear, form };
}
