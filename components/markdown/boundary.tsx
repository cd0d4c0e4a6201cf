'use client';
import { Component, type ReactNode } from 'react';

type Props = { source: string; children: ReactNode };

/** What can't be rendered is shown as its source, so that the rest of the page, and the editor, go on working. */
export class RenderBoundary extends Component<Props, { failed: string | null }> {
  override state = { failed: null };

  static getDerivedStateFromError(): { failed: string } {
    return { failed: 'This part can’t be rendered. Its source:' };
  }

  override componentDidUpdate(before: Props): void {
    if (before.source !== this.props.source && this.state.failed !== null) this.setState({ failed: null });
  }

  override render(): ReactNode {
    if (this.state.failed === null) return this.props.children;
    return (
      <div className="my-2 rounded border border-bad bg-bad-soft p-2.5 text-xs">
        <p className="font-medium text-bad">{this.state.failed}</p>
        <pre className="mt-1 max-h-96 overflow-auto font-mono text-ink-2 whitespace-pre-wrap">{this.props.source}</pre>
      </div>
    );
  }
}
