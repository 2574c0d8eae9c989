import type { DumpsAnswer, TimelineAnswer } from '@mapscope/contract';
import { useMemo } from 'react';
import { dumpsPath, timelinePath } from '../api/paths.ts';
import { useAnswer } from '../api/use-answer.ts';
import { unixMs } from '../format/instant.ts';
import type { TraceLayout } from './layout.ts';
import { dumpFor, lastMsFor, statesOf, type States } from './states.ts';

const NONE: States = new Map();
const KEPT_MS = 10_000;

const instantAt = (ms: number): string => new Date(ms).toISOString();

/** Nothing where the flight recorder was off, or was not read in time: the trace is whole without it. */
export function useStates(layout: TraceLayout): States {
  const service = layout.bars.find(({ node }) => node.kind === 'request')?.node.service;
  const from = Math.floor(unixMs(layout.start));
  const to = Math.ceil(from + layout.spanMs + KEPT_MS);
  const isAsked = service !== undefined && Number.isFinite(from);
  const list = useAnswer<DumpsAnswer>(
    isAsked ? dumpsPath({ service, from: instantAt(from), to: instantAt(to) }) : undefined,
  );
  const dump = list.value === undefined ? undefined : dumpFor(list.value.items, layout);
  const timeline = useAnswer<TimelineAnswer>(
    dump &&
      timelinePath({ service: dump.service, pid: String(dump.pid), at: dump.at, lastMs: lastMsFor(dump, layout) }),
  );
  return useMemo(
    () => (timeline.value === undefined ? NONE : statesOf(timeline.value, layout)),
    [timeline.value, layout],
  );
}
