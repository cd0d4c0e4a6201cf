'use client';
import { Component, type ReactNode } from 'react';
import { Button } from './button';

type ErrorBoundaryProps = {
  /** What could not be shown, as the subject of a sentence: "The preview". */
  label: string;
  /** Tried again when it changes. */
  of?: unknown;
  children: ReactNode;
};
type State = { error: Error | null; of: unknown };

/** Keeps an error in one part of the page from taking the rest with it. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, State> {
  override state: State = { error: null, of: this.props.of };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  static getDerivedStateFromProps({ of }: ErrorBoundaryProps, state: State): Partial<State> | null {
    return of === state.of ? null : { error: null, of };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <div role="alert" className="m-3 rounded-md bg-bad-soft px-3 py-2 text-sm" data-testid="panel-error">
        <p className="font-medium text-bad">{this.props.label} could not be shown.</p>
        <p className="mt-1 text-ink-2 text-xs [overflow-wrap:anywhere]">{error.message.slice(0, 500)}</p>
        <p className="mt-2">
          <Button size="sm" onClick={() => this.setState({ error: null })}>
            Try again
          </Button>
        </p>
      </div>
    );
  }
}
