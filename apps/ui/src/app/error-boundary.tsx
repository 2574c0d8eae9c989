import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';

interface Props {
  readonly children: ReactNode;
}

interface State {
  readonly error: Error | undefined;
}

/** React has no other way to catch what a page throws while it is drawn (React 19 docs: Component, getDerivedStateFromError). */
export class ErrorBoundary extends Component<Props, State> {
  override readonly state: State = { error: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <div className="note note-problem" role="alert">
        <div>
          <strong>This page could not be drawn</strong>
          <p>It may be older than the API: reload it. If it stays, please report: {error.message}</p>
        </div>
        <Button variant="default" size="xs" onClick={() => location.reload()}>
          Reload
        </Button>
      </div>
    );
  }
}
