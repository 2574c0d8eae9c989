import type { CandidateJson, TraceAnswer } from '@mapscope/contract';
import { tracePath } from '../api/paths.ts';
import { useAnswer } from '../api/use-answer.ts';
import { duration } from '../format/duration.ts';
import { isTrace } from '../format/code-place.ts';
import { TraceLink } from '../parts/trace-link.tsx';
import { holderIn } from './holder.ts';

/** An example of who held it: of the trace that waited longest. Says nothing where that trace is not kept any more. */
export function HolderInTrace({ lock }: { readonly lock: CandidateJson }) {
  const [exemplar] = lock.exemplarTraceIds;
  const { value } = useAnswer<TraceAnswer>(exemplar === undefined ? undefined : tracePath(exemplar));
  const holder = value === undefined ? undefined : holderIn(value, lock);
  if (holder === undefined) return null;
  return (
    <p>
      For {duration(holder.waitMs)} in <TraceLink id={exemplar} /> by{' '}
      {isTrace(holder.traceId) ? (
        <>
          the request <TraceLink id={holder.traceId} />
        </>
      ) : (
        `goroutine ${holder.goroutine}, which served no traced request`
      )}
      .
    </p>
  );
}
