import { Button } from '@mantine/core';
import type { Problem } from '@mapscope/contract';
import { isPassing } from '../api/poll.ts';

interface ProblemNoteProps {
  readonly problem: Problem;
  readonly onRetry: () => void;
}

export function ProblemNote({ problem, onRetry }: ProblemNoteProps) {
  return (
    <div className="note note-problem" role="alert">
      <div>
        <strong>{problem.title}</strong>
        <p>{problem.detail}</p>
        {isPassing(problem) && <p className="dim small">This page asks again by itself.</p>}
        {problem.requestId !== '' && (
          <p className="dim small">
            {problem.code}, request <code>{problem.requestId}</code>
          </p>
        )}
      </div>
      <Button variant="default" size="xs" onClick={onRetry}>
        Retry
      </Button>
    </div>
  );
}
