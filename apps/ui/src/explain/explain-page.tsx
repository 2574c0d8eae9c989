import { Button } from '@mantine/core';
import type { StatusAnswer } from '@mapscope/contract';
import { useCallback, useMemo } from 'react';
import { explainPath, rootCausePath } from '../api/paths.ts';
import { useAnswer, type Asked } from '../api/use-answer.ts';
import type { MsRange } from '../chart/visible-range.ts';
import { Loading } from '../parts/loading.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { hrefOf, type QueryValues } from '../router/query.ts';
import { navigate, useRoute } from '../router/use-route.ts';
import { Answer } from './answer.tsx';
import { clearBrush, explainBody, readBrush, readView, writeBrush, type Brush } from './brush.ts';
import type { Explained as ExplainedAnswer } from './explained.ts';
import type { Brushing } from './latency-panel.tsx';
import { probeMarks } from './probe-marks.ts';
import { ServicePicker } from './service-picker.tsx';

interface ExplainPageProps {
  readonly status: Asked<StatusAnswer>;
}

export function ExplainPage({ status }: ExplainPageProps) {
  const { query } = useRoute();
  const { service } = query;
  return service === undefined ? <ServicePicker /> : <Explained service={service} query={query} status={status} />;
}

interface ExplainedProps extends ExplainPageProps {
  readonly service: string;
  readonly query: QueryValues;
}

/** With a brush in the address exactly those requests are explained; without one the API looks for the spike. */
function Explained({ service, query, status }: ExplainedProps) {
  const brushing = useBrushing(query);
  const { brush } = brushing;
  const path = brush === undefined ? rootCausePath(query) : explainPath();
  const body = brush === undefined ? undefined : explainBody(query, brush);
  const { value, problem, isLoading, retry } = useAnswer<ExplainedAnswer>(path, { body, subject: service });
  const agents = status.value?.agents;
  const marks = useCallback((range: MsRange) => probeMarks(agents ?? [], service, range), [agents, service]);
  if (problem !== undefined) {
    return (
      <div className="stack">
        <ProblemNote problem={problem} onRetry={retry} />
        {brush !== undefined && (
          <p>
            <Button size="compact-sm" variant="default" onClick={brushing.onClear}>
              Clear the brush
            </Button>
          </p>
        )}
      </div>
    );
  }
  if (value === undefined) return <Loading what="Root cause" heights={[140, 380, 180]} />;
  const again = (
    <Button size="compact-xs" variant="default" onClick={retry} loading={isLoading}>
      Ask again
    </Button>
  );
  return <Answer answer={value} isStale={isLoading} again={again} brushing={brushing} probeMarks={marks} />;
}

/** The address is the only place where the brush is kept; its parts stay the same objects while it says the same. */
function useBrushing(query: QueryValues): Brushing {
  const address = hrefOf('explain', query);
  const read = useMemo(() => ({ query, brush: readBrush(query), view: readView(query) }), [address]);
  const onBrush = useCallback(
    (brush: Brush, view: MsRange) => navigate(hrefOf('explain', writeBrush(read.query, brush, view)), 'stay'),
    [read],
  );
  const onClear = useCallback(() => navigate(hrefOf('explain', clearBrush(read.query)), 'stay'), [read]);
  return { brush: read.brush, view: read.view, onBrush, onClear };
}
