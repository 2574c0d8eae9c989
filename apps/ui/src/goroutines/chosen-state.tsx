import { Button } from '@mantine/core';
import { duration } from '../format/duration.ts';
import { CodeSite } from '../parts/code-site.tsx';
import { TraceLink } from '../parts/trace-link.tsx';
import type { Chosen } from './choice.ts';
import { TONE_WORDS } from './states.ts';
import type { Stretch } from './tracks.ts';

interface ChosenStateProps {
  readonly chosen: Chosen | undefined;
  readonly endMs: number;
  /** undefined: nobody was seen */
  readonly onWaker: (() => void) | undefined;
}

/** The state under the cursor in words; said aloud as one walks by keys. */
export function ChosenState({ chosen, endMs, onWaker }: ChosenStateProps) {
  if (chosen === undefined)
    return <p className="hint dim small">Click a state to see what it waits for, at which line, and who woke it.</p>;
  const { track, stretch } = chosen;
  return (
    <div className="chosen-state" aria-live="polite">
      <p>
        <b>Goroutine {track.goroutine}:</b>
        {track.crashedAtMs !== undefined && <span className="badge badge-hot">✕ ended the process</span>}{' '}
        {stretch === undefined ? 'changed no state in this time.' : <StretchWords stretch={stretch} endMs={endMs} />}
      </p>
      {stretch?.site !== undefined && <CodeSite site={stretch.site} />}
      {stretch?.traceId !== undefined && (
        <p className="small">
          It served trace <TraceLink id={stretch.traceId} />
        </p>
      )}
      {stretch?.wokenBy !== undefined && (
        <p className="small">
          Made ready by goroutine {stretch.wokenBy}.{' '}
          {onWaker !== undefined && (
            <Button size="compact-xs" variant="default" onClick={onWaker}>
              Go to goroutine {stretch.wokenBy} (u)
            </Button>
          )}
        </p>
      )}
    </div>
  );
}

function StretchWords({ stretch, endMs }: { readonly stretch: Stretch; readonly endMs: number }) {
  const { tone, reason, fromMs, toMs } = stretch;
  const isOpen = toMs >= endMs;
  const since = fromMs < 0 ? 'at least ' : '';
  return (
    <>
      {TONE_WORDS[tone]}
      {reason !== undefined && <span className="dim"> ({reason})</span>}, for {since}
      <b>{duration(toMs - fromMs)}</b>, {isOpen ? 'until the end' : `until ${duration(endMs - toMs)} before the end`}.
    </>
  );
}
